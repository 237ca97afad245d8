all-boards-above-the-feed = über der Startseite
all-boards-including-those-that-are = Auch die, die nicht für Sie sind
board-cards = Karten
board-cards-appear-here-by = Karten erscheinen hier von selbst, sobald ein Programm eine setzt.
board-except = Aber nicht
board-form-a-link-shows-this = Ein Link zeigt diese Tafel auf einem Bildschirm, ohne Konto.
board-form-administrators = Admins
board-form-its-cards-go-with = Ihre Karten werden mit entfernt. Sie werden vorher gefragt.
board-form-links-for-walls = Links für Bildschirme
board-form-order = Reihenfolge
board-form-order-hint = Eine Zeile für jede Karte, mit ihrem Schlüssel; { $all } bedeutet alle, die so beginnen. Eine Zeile wie { $heading } ist eine Überschrift. Karten, die in keiner Zeile stehen, kommen am Ende.
board-form-place-among-the-boards = Platz unter den Tafeln
board-form-remove-the-board = Tafel entfernen
board-form-show-it-above-the = Über der Startseite zeigen
board-form-show-it-on-a = Auf einem Bildschirm zeigen
board-form-smaller-numbers-come-first = Kleinere Zahlen kommen zuerst.
board-form-to-the-board = Zur Tafel
board-name = Verwenden Sie 1 bis 100 Zeichen, in einer Zeile.
board-nothing-here-yet = Noch nichts hier
board-order = Die Reihenfolge hat höchstens 64 KiB.
board-pause = { $what } bis { $until } von { $who }: Es wird kein Kartenalarm ausgelöst.
board-people = Personen und Gruppen
board-place = Der Platz ist eine ganze Zahl.
board-walls = Bildschirme
board-worst = zuerst ansehen:
boards-how = So machen es Programme
boards-most-urgent-first = Das Dringendste zuerst
boards-none = Ein Programm erstellt eine, wenn es die erste Karte darauf setzt. { $how }
boards-what = Eine Tafel zeigt Zahlen, Arbeiten und Maschinen, wie sie gerade sind. Ein Programm erstellt eine, wenn es die erste Karte darauf setzt.
concern-critical = Kritisch
concern-none = Alles in Ordnung
concern-old = Alt
concern-stalled = Steht still
concern-warning = Warnung
for-admins = Admins
for-everyone = alle
for-except =
    { $count ->
        [one] aber nicht { $count } Person
       *[other] aber nicht { $count } Personen
    }
for-external = externe Personen
for-groups =
    { $count ->
        [one] { $count } Gruppe
       *[other] { $count } Gruppen
    }
for-nobody = niemand
for-people =
    { $count ->
        [one] { $count } Person
       *[other] { $count } Personen
    }
