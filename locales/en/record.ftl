record-acknowledged = Said that they have seen it
record-act = What
record-acts = What people said, in order
record-answered = Answered
record-back = Back to who has seen it
record-export = All of it as JSON
record-nothing = Nobody has said anything yet.
record-taken-back = Took it back
record-title = The record
record-version = Version { $version }
record-versions = What it said
roster-record = The record of every act
act-reminded = Readers reminded
record-reminded = Was reminded
roster-remind-hint = They find the post unread again, and are told of it as they chose; nobody more often than ten times an hour, except of critical alerts.
roster-reminded =
    { $count ->
        [0] Nobody was reminded: all have said so meanwhile, or were reminded often enough.
        [one] { $count } person was reminded.
       *[other] { $count } people were reminded.
    }
