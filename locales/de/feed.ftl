day =
    { $weekday }, { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    }
day-today = Heute
day-with-year =
    { $weekday }, { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    } { $year }
day-yesterday = Gestern
feed-about-this-list = Über diese Liste
feed-about-this-page = Über diese Seite
feed-about-the-connection = Über die Verbindung
feed-all = Alle
feed-connection = Verbindung
feed-feed = Startseite
feed-mark-as-read = { $count } als gelesen markieren
feed-marked =
    { $count ->
        [one] { $count } Beitrag wurde als gelesen markiert.
       *[other] { $count } Beiträge wurden als gelesen markiert.
    }
feed-more-posts = Weitere Beiträge
feed-newest = Neueste
feed-news-and-alerts-for = Meldungen und Alarme für Sie erscheinen hier von selbst, sobald sie veröffentlicht werden.
feed-nothing-older = Nichts Älteres
feed-nothing-unread = Nichts Ungelesenes
feed-nothing-yet = Noch nichts
feed-older = Ältere
feed-older-posts = Ältere Beiträge
feed-posts-newest-first = Beiträge, die neuesten zuerst
feed-undo = Rückgängig machen
feed-unread = Ungelesen
feed-what-was-posted-for = Was für alle und was für Sie persönlich veröffentlicht wurde.
feed-which-posts = Welche Beiträge
feed-you-have-reached-the = Sie sind am Anfang angekommen.
feed-you-have-read-everything = Sie haben alles gelesen, was für Sie veröffentlicht wurde.
flag-resolved = Beendet
