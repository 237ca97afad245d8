# What scripts say: every key begins with script-.

script-ago = vor { $time }
script-alert-away = Weglegen
script-alert-failed = Der Alarm konnte nicht weggelegt werden. Bitte versuchen Sie es noch einmal.
script-alert-flag = Kritischer Alarm
script-alert-missed = Kritischer Alarm, während Sie weg waren: { $title }
script-alert-open = Öffnen
script-alert-unopened = Kritischer Alarm, den Sie nicht geöffnet haben: { $title }
script-away =
    { $posts ->
        [one] { $posts } neuer Beitrag, während Sie weg waren
       *[other] { $posts } neue Beiträge, während Sie weg waren
    }{ $kind ->
        [none] { "" }
        [it] { ", ein Alarm" }
        [one] { ", davon 1 Alarm" }
        [all] { ", alles Alarme" }
       *[some] { ", davon " }{ $alerts } Alarme
    }
script-away-end = Was folgt, kennen Sie schon
script-cards =
    { $count ->
        [one] { $count } Karte
       *[other] { $count } Karten
    }
script-cards-heading = Karten
script-connected-again = Wieder verbunden.
script-connecting = Verbindet
script-critical = Kritischer Alarm: { $title }
script-day = { $count } T
script-details-connecting = Verbindet mit dem Server.
script-details-last = Der letzte kam: { $time }.
script-details-live = Live seit { $since }. Neue Beiträge erscheinen von selbst.
script-details-polling = Etwas zwischen Ihnen und dem Server hält zurück, was live kommt. Diese Seite fragt alle 15 Sekunden nach neuen Beiträgen.
script-details-reconnecting = Nicht verbunden seit { $since }. Nichts geht verloren: Was Sie verpassen, kommt, wenn die Verbindung wieder da ist.
script-details-signed-out = Abgemeldet seit { $since }.
script-draft-missing = Nicht mehr da: { $names }.
script-ended = Beendet
script-hour = { $count } Std.
script-info = Information: { $title }
script-list-fresh = Die Liste wurde auf den neuesten Stand gebracht
script-live = Live
script-mark-as-read = { $count } als gelesen markieren
script-marked =
    { $count ->
        [one] { $count } Beitrag wurde als gelesen markiert.
       *[other] { $count } Beiträge wurden als gelesen markiert.
    }
script-minute = { $count } Min.
script-new-posts =
    { $count ->
        [one] { $count } neuer Beitrag
       *[other] { $count } neue Beiträge
    }
script-news = Meldung: { $title }
script-not-marked = Die Beiträge konnten nicht markiert werden. Bitte laden Sie die Seite neu, und versuchen Sie es noch einmal.
script-not-saved = Nicht gespeichert. Bitte versuchen Sie es noch einmal.
script-not-undone = Das konnte nicht rückgängig gemacht werden. Bitte versuchen Sie es noch einmal.
script-now = jetzt
script-picker-away = Die Liste der Personen ist gerade nicht verfügbar.
script-picker-chosen = { $name } ist ausgewählt.
script-picker-group = Gruppe
script-picker-group-size =
    { $count ->
        [one] Gruppe mit { $count } Person
       *[other] Gruppe mit { $count } Personen
    }
script-picker-more = Es gibt weitere. Geben Sie einen Buchstaben mehr ein.
script-picker-none = Kein anderer Name hat ein Wort, das so beginnt.
script-picker-remove = { $name } entfernen
script-picker-removed = { $name } ist entfernt.
script-picker-suggestions = Vorschläge
script-picker-type = Geben Sie den Anfang eines Namens ein.
script-polling = Alle 15 s
script-post-gone = Dieser Beitrag ist für Sie nicht mehr da.
script-private = Sie sind abgemeldet. Was hier stand, kommt wieder, wenn Sie sich anmelden.
script-private-back = Sie sind wieder angemeldet. Laden Sie diese Seite neu, um zu sehen, was hier stand.
script-reconnecting = Verbindet neu
script-reconnecting-in = Neuer Versuch in { $seconds } s
script-resolved = Beendet: { $title }
script-second = { $count } s
script-signed-out = Abgemeldet
script-today = Heute
script-try-now = Jetzt versuchen
script-undo = Rückgängig machen
script-unread = ungelesen
script-unread-again = Die Beiträge sind wieder ungelesen.
script-wall-part = Teil { $part } von { $parts }
script-warning = Warnung: { $title }
script-yesterday = Gestern, { $time }
script-yesterday-day = Gestern
