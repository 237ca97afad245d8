day =
    { $weekday } { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    }
day-today = Today
day-with-year =
    { $weekday } { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }
day-yesterday = Yesterday
feed-about-this-list = About this list
feed-about-this-page = About this page
feed-about-the-connection = About the connection
feed-all = All
feed-connection = Connection
feed-feed = Feed
feed-mark-as-read = Mark { $count } as read
feed-marked =
    { $count ->
        [one] { $count } post was marked as read.
       *[other] { $count } posts were marked as read.
    }
feed-more-posts = More posts
feed-newest = Newest
feed-news-and-alerts-for = News and alerts for you will appear here by themselves, the moment they are posted.
feed-nothing-older = Nothing older
feed-nothing-unread = Nothing unread
feed-nothing-yet = Nothing yet
feed-older = Older
feed-older-posts = Older posts
feed-posts-newest-first = Posts, newest first
feed-undo = Undo
feed-unread = Unread
feed-what-was-posted-for = What was posted for everyone, and what was posted for you by name.
feed-which-posts = Which posts
feed-you-have-reached-the = You have reached the beginning.
feed-you-have-read-everything = You have read everything that was posted for you.
flag-resolved = Over
