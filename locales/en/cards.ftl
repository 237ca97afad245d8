card-alarm = { $what } since { $time }
card-alarm-paused = { $what } since { $time }, paused
card-alerts-about-it = Alerts about it
card-as-it-is-now = As it is now
card-as-table = { $heading } as a table
card-began = work began { $time }
card-cancelled = Cancelled
card-critical = Critical
card-dashed-where-an-alarm = Dashed: where an alarm is raised.
card-done = Done
card-down =
    down { $by } { $span ->
        [hour] in an hour
       *[day] in a day
    }{ $is ->
        [better] { "," } better
        [worse] { "," } worse
       *[neither] { "" }
    }
card-ended = at { $time }
card-expected = done about { $time }
card-failed = Failed
card-known-as = Programs know it as { $key }.
card-least = Least
card-mean = Mean
card-more = More
card-most = Most
card-no-value = No value yet
card-noted = Noted
card-off = Off
card-ok = OK
card-old = Old: 
card-output-hint = Only you and admins see this. It came { $time }.
card-paused = { $what } until { $time }
card-paused-by = { $what } until { $time } by { $who }
card-reported = reported
card-running = Running
card-silent = Silent
card-stall = No report: 
card-stalled = Stalled
card-the-history-of-all = The history of all cards is full: nothing more is kept until some of it is 30 days old.
card-took = Took { $time }
card-unchanged =
    { $span ->
        [hour] unchanged in an hour
       *[day] unchanged in a day
    }
card-unknown = Unknown
card-up =
    up { $by } { $span ->
        [hour] in an hour
       *[day] in a day
    }{ $is ->
        [better] { "," } better
        [worse] { "," } worse
       *[neither] { "" }
    }
card-waiting = Waiting
card-warning = Warning
card-what-it-wrote = What it wrote
history-day = The last day
history-month = The last 30 days
pause-30-days = 30 days
pause-30-minutes = 30 minutes
pause-4-hours = 4 hours
pause-day = a day
pause-hour = an hour
pause-maintenance = Maintenance
pause-minutes = Say for how many minutes, up to a year.
pause-pause = Pause
pause-raise-alarms-again = Raise alarms again
pause-raise-no-alarms-for = Raise no alarms for
pause-until = No alarms are raised until { $time }: { $who } paused them.
pause-week = a week
ping-by-calling-an-address = By calling an address
ping-copy-it-now-you = Copy it now. You cannot see it again. Whoever knows it can report for this card, and do nothing else.
ping-copy-this-address-now = Copy this address now
ping-create-an-address = Create an address
ping-create-another-address = Create another address
ping-fail = { $address } says that it has failed.
ping-if-you-create-another = If you create another address, the old one stops working at once.
ping-in-a-crontab-when = In a crontab, when a command has done well:
ping-lines-to-copy = Lines to copy
ping-made = Programs that can only call an address report with it. There is one, created { $time }.
ping-programs-that-can-only = Programs that can only call an address, such as a line in a crontab, report with an address of their own.
ping-remove-it = Remove it…
ping-stands-for = { $address } stands for the address that was shown once.
ping-this-address-was-shown = This address was shown once, and is not kept. If you did not copy it, create another one.
ping-with-what-it-wrote = With what it wrote, up to 10 kB, which stands on this page for you and admins alone:
ping-with-when-it-began = With when it began, and its exit code: 0 is well, anything else has failed.
