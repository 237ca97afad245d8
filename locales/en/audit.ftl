act-account-created = Account created
act-account-disabled = Account disabled
act-account-enabled = Account enabled
act-account-ended = Account ended
act-account-renamed = Account renamed
act-added-to-a-group = Added to a group
act-alarms-paused = Alarms paused
act-alarms-resumed = Alarms resumed
act-alert-over = Alert over
act-alert-reopened = Alert reopened
act-board-changed = Board changed
act-board-created = Board created
act-board-removed = Board removed
act-card-created = Card created
act-card-removed = Card removed
act-duty-changed = Duty changed
act-external-or-not = External or not
act-form-from-another-site = Form from another site
act-group-created = Group created
act-group-removed = Group removed
act-group-renamed = Group renamed
act-group-closing = Closed group changed
act-last-day-set = Last day set
act-not-allowed = Not allowed
act-number-set = Number set
act-one-time-link-created = One-time link created
act-one-time-link-used = One-time link used
act-one-time-link-withdrawn = One-time link withdrawn
act-password-confirmed = Password asked again
act-password-set = Password set
act-ping = Ping
act-ping-address-created = Ping address created
act-ping-address-removed = Ping address removed
act-post-edited = Post edited
act-post-expired = Post expired
act-post-pinned = Post pinned
act-post-published = Post published
act-post-unpinned = Post no longer pinned
act-post-withdrawn = Post withdrawn
act-removed-from-a-group = Removed from a group
act-revision-struck = Text struck
act-role-changed = Role changed
act-sessions-ended = Sessions ended
act-sign-in = Sign-in
act-sign-out = Sign-out
act-token-created = Token created
act-token-revoked = Token revoked
act-wall-link-created = Wall link created
act-wall-link-ended = Wall link ended
act-wall-link-opened = Wall link opened
audit-a-person-a-group = A person, a group, or a post such as “post 42”. Of a name, the beginnings of its words are enough.
audit-a-post = post { $post }
audit-ahead = Some entries are from a clock that was ahead.
audit-any = Any
audit-audit-log = Audit log
audit-board = on the board { $board }
audit-by = by { $channel }
audit-by-link = by a link of { $name }
audit-by-setup-link = by the setup link
audit-by-shell-link = by a link from the shell
audit-closed = closed
audit-coordinators-needed = a critical alert needs coordinators
audit-coordinators-not-needed = no post needs coordinators
audit-critical-by = { $by ->
    [admins] critical alerts by admins
   *[publishers] critical alerts by whoever may publish
}
audit-disabled = disabled
audit-duty-plan = plan
audit-duty-swap = swap
audit-ended = the account has ended
audit-everything = Everything
audit-external = external
audit-first-password = first password
audit-from-a-list = from a list
audit-handed-to = to { $name }
audit-handed-to-nobody = to nobody
audit-invitation = invitation
audit-invited-by = invited by { $name }
audit-last-day-gone = no last day any more
audit-more = more in the same minute
audit-new-password = new password
audit-no-good-token = no good token
audit-no-last-day = no last day
audit-no-matching-entries = No matching entries
audit-nobody = nobody has this name
audit-not-closed = not closed any more
audit-not-external = not external
audit-not-signed-in = Not signed in
audit-now = now “{ $name }”
audit-older-entries = Older entries
audit-overtaken = disabled, or the password changed, at that moment
audit-part-audience = audience ({ $added } added, { $removed } removed)
audit-part-expiry = expiry
audit-part-kind = kind
audit-part-pin = pin
audit-part-severity = severity
audit-part-text = text
audit-part-title = title
audit-people = { $count ->
    [one] { $count } person
   *[other] { $count } people
}
audit-person-group-or-post = Person, group or post
audit-post = { $kind ->
    [news] News
    [info] Information
    [warning] Warning
   *[critical] Critical alert
} { $audience ->
    [everyone] for everyone
    [people] for people by name
    [groups] for groups
   *[chosen] for groups and people by name
}
audit-receipts = { $receipts ->
    [names] authors see by name who has read a post
    [nothing] authors see nothing of who has read a post
   *[numbers] authors see how many have read a post
}
audit-record = the record
audit-sheet = the list to print
audit-refused = refused
audit-refused-2 = Refused
audit-result = Result
audit-session-one = one session
audit-sessions-all = all sessions
audit-sessions-others = all other sessions
audit-show = Show
audit-show-ahead = Show them
audit-show-everything = Show everything
audit-show-only = Show only
audit-times = { $count } times
audit-to = To
audit-to-admins = to the admins
audit-token = “{ $name }” (token { $token })
audit-told-again = told again
audit-unknown-address = unknown address
audit-until = until { $time }
audit-version = version { $version }
audit-wall = wall link { $wall }, board { $board }
audit-when = When
audit-who = Who
audit-wrong-password = wrong password
channel-program = a program
channel-server = the server
channel-shell = the shell
filter-act = Choose from the list what is to be shown.
filter-day = Write the day like 2026-11-24.
filter-days = “From” is a later day than “To”. Change one of them.
filter-names = More than { $most } names begin like this. Type more of the name.
filter-outcome = Choose a result from the list.
