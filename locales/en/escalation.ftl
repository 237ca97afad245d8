act-escalated = Others told, too
act-escalation-stopped = Telling others stopped
draft-escalation-after = Choose after how many minutes each group is told, from 1 to { $most }.
draft-escalation-if = Choose how many have to have said so.
draft-escalation-many = Choose at most { $most } groups to be told, too.
draft-escalation-nobody = Choose which group is told after these minutes.
draft-escalation-unasked = Others are told when too few have said that they have seen it. Ask them to say so, too.
draft-escalation-unknown = No group is called { $name }.
escalation-admins = Admins
escalation-after = After how many minutes
escalation-all = all have said so
escalation-answered = not needed at { $time }: enough had said that they have seen it
escalation-any = somebody has said so
escalation-done = done at { $time }
escalation-due-all = at { $time }, unless all have said that they have seen it
escalation-due-any = at { $time }, unless somebody has said that they have seen it
escalation-due-half = at { $time }, unless half have said that they have seen it
escalation-gone = nobody was there to be told at { $time }
escalation-half = half have said so
escalation-hint = Each group is told after so many minutes of waiting, sees the post, and is told why. When that is not enough either, the admins are told last of all.
escalation-if = Unless
escalation-later-all =
    { $minutes ->
        [one] { $minutes } minute after that, unless all have said that they have seen it
       *[other] { $minutes } minutes after that, unless all have said that they have seen it
    }
escalation-later-any =
    { $minutes ->
        [one] { $minutes } minute after that, unless somebody has said that they have seen it
       *[other] { $minutes } minutes after that, unless somebody has said that they have seen it
    }
escalation-later-half =
    { $minutes ->
        [one] { $minutes } minute after that, unless half have said that they have seen it
       *[other] { $minutes } minutes after that, unless half have said that they have seen it
    }
escalation-none = Nobody else is told when too few say that they have seen it
escalation-over = not needed, as it is over
escalation-set = Others are told when too few say that they have seen it
escalation-stopped = stopped at { $time }
escalation-to = Group { $place }
escalation-told = told at { $time }
notice-escalation-stopped = Nobody else is told automatically any more.
post-escalated-all = Told to more people at { $time }, since not everybody had said that they have seen it.
post-escalated-any = Told to more people at { $time }, since nobody had said that they have seen it.
post-escalated-half = Told to more people at { $time }, since not half had said that they have seen it.
record-escalated = Had more people told
record-escalated-admins = Had the admins told
roster-escalation = Who is told, too
roster-escalation-stop = Tell nobody else
