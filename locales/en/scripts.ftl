# What scripts say: every key begins with script-.

script-ago = { $time } ago
script-alert-away = Put away
script-alert-failed = The alert could not be put away. Please try again.
script-alert-flag = Critical alert
script-alert-missed = Critical alert while you were away: { $title }
script-alert-open = Open
script-alert-unopened = Critical alert that you have not opened: { $title }
script-away =
    { $posts ->
        [one] { $posts } new post while you were away
       *[other] { $posts } new posts while you were away
    }{ $kind ->
        [none] { "" }
        [it] { ", an alert" }
        [one] { ", 1 of them an alert" }
        [all] { ", all alerts" }
       *[some] { ", " }{ $alerts } of them alerts
    }
script-away-end = You have seen what follows
script-cards =
    { $count ->
        [one] { $count } card
       *[other] { $count } cards
    }
script-cards-heading = Cards
script-connected-again = Connected again.
script-connecting = Connecting
script-critical = Critical alert: { $title }
script-day = { $count } d
script-details-connecting = Connecting to the server.
script-details-last = The last one came at { $time }.
script-details-live = Live since { $since }. New posts appear by themselves.
script-details-polling = Something between you and the server holds back what comes live. This page asks for new posts every 15 seconds.
script-details-reconnecting = Not connected since { $since }. Nothing is lost: what you miss comes when the connection is back.
script-details-signed-out = Signed out since { $since }.
script-draft-missing = Not there any more: { $names }.
script-ended = Ended
script-hour = { $count } h
script-info = Information: { $title }
script-list-fresh = The list was brought up to date
script-live = Live
script-mark-as-read = Mark { $count } as read
script-marked =
    { $count ->
        [one] { $count } post was marked as read.
       *[other] { $count } posts were marked as read.
    }
script-minute = { $count } min
script-new-posts =
    { $count ->
        [one] { $count } new post
       *[other] { $count } new posts
    }
script-news = News: { $title }
script-not-marked = The posts could not be marked. Please reload the page, and try again.
script-not-saved = Not saved. Please try again.
script-not-undone = That could not be undone. Please try again.
script-now = now
script-picker-away = The list of people is not available right now.
script-picker-chosen = { $name } is chosen.
script-picker-group = group
script-picker-group-size =
    { $count ->
        [one] group of { $count } person
       *[other] group of { $count } people
    }
script-picker-more = There are more. Type one more letter.
script-picker-none = No other name has a word that begins like that.
script-picker-remove = Remove { $name }
script-picker-removed = { $name } is removed.
script-picker-suggestions = Suggestions
script-picker-type = Type the beginning of a name.
script-polling = Every 15 s
script-post-gone = This post is no longer here for you.
script-private = You are signed out. What stood here comes back when you sign in again.
script-private-back = You are signed in again. Open this page anew to see what stood here.
script-reconnecting = Reconnecting
script-reconnecting-in = Reconnecting in { $seconds } s
script-resolved = Over: { $title }
script-second = { $count } s
script-signed-out = Signed out
script-today = Today
script-try-now = Try now
script-undo = Undo
script-unread = unread
script-unread-again = The posts are unread again.
script-wall-part = Part { $part } of { $parts }
script-warning = Warning: { $title }
script-yesterday = { $time } yesterday
script-yesterday-day = Yesterday
