roster-acknowledged = Have seen it: { $count }
roster-added = added { $time }
roster-all = All: { $count }
roster-apart = Not asked any more: { $count }
roster-at = When
roster-back = Back to the post
roster-due = They are asked to say so by { $time }.
roster-every-group = All groups
roster-export = Export as a table (CSV)
roster-export-noted = Each export is written down in the audit log.
roster-few = Not shown for fewer than ten people
roster-find = Search these people
roster-for = For
roster-group = Group
roster-has-seen = Has said so
roster-is-apart = Not asked any more
roster-names = You see by name who was asked, and who said that they have seen it. Those who have read it are counted, but not named.
roster-no-names = Those who have read it are counted, but not named. You see by name only who said “I have seen this”, where a post asks for that.
roster-nobody = Nobody is in this list.
roster-not-yet = Not yet
roster-number =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
roster-outstanding = Not yet: { $count }
roster-partial = Whoever is in a closed group is neither named nor counted here.
roster-people = People
roster-read = Have read it
roster-sent = Was sent to an open page
roster-show = Show
roster-state = State
roster-title = Who has seen it
script-roster-apart = Not asked any more
script-roster-has-seen = Has said so
script-roster-not-yet = Not yet
script-roster-number =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
script-roster-remind =
    { $count ->
        [one] Remind { $count } person
       *[other] Remind { $count } people
    }
