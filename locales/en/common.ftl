busy-again = Tidings is busy. Please try again in a few seconds.
busy-password = Tidings is busy. Please type the password again.
choose-role = Choose a role.
common-admin = Admin
common-all-boards = All boards
common-back-to-people = Back to people
common-boards = Boards
common-cancel = Cancel
common-cards =
    { $count ->
        [one] { $count } card
       *[other] { $count } cards
    }
common-create-the-link = Create the link
common-created-by = Created by
common-done = Done
common-download-csv = Download CSV
common-everyone = Everyone
common-exceptions = Exceptions
common-external-people-too = External people, too
common-find = Search
common-found = Found
common-from = From
common-groups = Groups
common-import-people = Import people
common-in-all = { $count } in all
common-last-seen = Last seen
common-live-now = Live now
common-member = Member
common-more-than-1-000 = More than 1,000
common-name = Name
common-never = Never
common-new-password = New password
common-new-password-again = New password again
common-new-post = New post
common-no-boards-yet = No boards yet
common-password = Password
common-paused = Paused
common-people =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
common-publisher = Publisher
common-purpose = Purpose
common-remove = Remove…
common-role = Role
common-save = Save
common-set-the-password = Set the password
common-settings = Settings
common-sign-in = Sign in
common-sign-out = Sign out
common-since = since { $time }
common-what = What
common-who-may-see-it = Who may see it
database-away = The database does not answer.
database-bad-disk = The disk does not take what is written to it.
database-broken = The database is damaged.
database-busy = The database is busy with something else.
database-crowded = The database is busy, or does not answer.
database-full = The disk is full.
database-gone = The database's file was removed or replaced while the server was running.
database-not-kept = The database did not keep what was written.
database-read-only = The database cannot be written to.
moment =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    }, { $time }
moment-with-year =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $year }, { $time }
role-admin = admin
role-external = external
role-member = member
role-publisher = publisher
