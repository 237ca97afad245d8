act-reminders-stopped = Reminders stopped
draft-reminders-every = Choose from { $least } to { $most } minutes between two reminders.
draft-reminders-times = Choose from 1 to { $most } reminders.
draft-reminders-unasked = Reminders go to those who have not said yet that they have seen it. Ask them to say so, too.
notice-reminders-stopped = Nobody is reminded automatically any more.
reminders-every = Every how many minutes
reminders-hint = Whoever has said nothing yet finds it unread again, and is told of it; in quiet hours only of critical alerts, and nobody more often than ten times an hour, except of critical alerts.
reminders-none = Nobody is reminded automatically
reminders-set = Whoever has said nothing is reminded automatically
reminders-times = How often at most
roster-reminders = Automatic reminders
roster-reminders-next = Next reminder { $time }, { $next } of { $times }.
roster-reminders-now = Reminder { $sent } of { $times } is being sent.
roster-reminders-over =
    { $sent ->
        [0] None was sent, and none is to come.
       *[other] { $sent } of { $times } were sent, and none is to come.
    }
roster-reminders-stop = Stop reminders
