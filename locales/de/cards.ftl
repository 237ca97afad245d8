card-alarm = { $what } seit { $time }
card-alarm-paused = { $what } seit { $time }, pausiert
card-alerts-about-it = Alarme dazu
card-as-it-is-now = Wie sie jetzt ist
card-as-table = { $heading } als Tabelle
card-began = begonnen { $time }
card-cancelled = Abgebrochen
card-critical = Kritisch
card-dashed-where-an-alarm = Gestrichelt: wo ein Kartenalarm ausgelöst wird.
card-done = Erledigt
card-down =
    { $by } weniger { $span ->
        [hour] in einer Stunde
       *[day] an einem Tag
    }{ $is ->
        [better] { "," } besser
        [worse] { "," } schlechter
       *[neither] { "" }
    }
card-ended = beendet: { $time }
card-expected = fertig etwa { $time }
card-failed = Fehlgeschlagen
card-known-as = Programme kennen sie als { $key }.
card-least = Kleinster
card-mean = Mittel
card-more = Mehr
card-most = Größter
card-no-value = Noch kein Wert
card-noted = Bemerkt
card-off = Aus
card-ok = OK
card-old = Alt: 
card-output-hint = Nur Sie und Admins sehen dies. Es kam { $time }.
card-paused = { $what } bis { $time }
card-paused-by = { $what } bis { $time } von { $who }
card-reported = berichtet
card-running = Läuft
card-silent = Kein Bericht
card-stall = Kein Bericht: 
card-stalled = Steht still
card-the-history-of-all = Der Verlauf aller Karten ist voll: Es wird nichts mehr gespeichert, bis etwas davon 30 Tage alt ist.
card-took = Dauerte { $time }
card-unchanged =
    { $span ->
        [hour] unverändert in einer Stunde
       *[day] unverändert an einem Tag
    }
card-unknown = Unbekannt
card-up =
    { $by } mehr { $span ->
        [hour] in einer Stunde
       *[day] an einem Tag
    }{ $is ->
        [better] { "," } besser
        [worse] { "," } schlechter
       *[neither] { "" }
    }
card-waiting = Wartet
card-warning = Warnung
card-what-it-wrote = Ausgabe
history-day = Der letzte Tag
history-month = Die letzten 30 Tage
pause-30-days = 30 Tage
pause-30-minutes = 30 Minuten
pause-4-hours = 4 Stunden
pause-day = einen Tag
pause-hour = eine Stunde
pause-maintenance = Wartung
pause-minutes = Wählen Sie eine Dauer, höchstens ein Jahr.
pause-pause = Pausieren
pause-raise-alarms-again = Kartenalarme wieder auslösen
pause-raise-no-alarms-for = Keine Kartenalarme auslösen für
pause-until = Bis { $time } wird kein Kartenalarm ausgelöst: { $who } hat sie pausiert.
pause-week = eine Woche
ping-by-calling-an-address = Durch Aufrufen einer Adresse
ping-copy-it-now-you = Kopieren Sie sie jetzt. Sie wird nicht noch einmal angezeigt. Wer sie kennt, kann für diese Karte berichten, sonst nichts.
ping-copy-this-address-now = Kopieren Sie diese Adresse jetzt
ping-create-an-address = Adresse erstellen
ping-create-another-address = Andere Adresse erstellen
ping-fail = { $address } berichtet, dass es fehlgeschlagen ist.
ping-if-you-create-another = Wenn Sie eine andere Adresse erstellen, funktioniert die alte sofort nicht mehr.
ping-in-a-crontab-when = In einer Crontab, wenn ein Befehl geglückt ist:
ping-lines-to-copy = Zeilen zum Kopieren
ping-made = Programme, die nur eine Adresse aufrufen können, berichten damit. Es gibt eine, erstellt { $time }.
ping-programs-that-can-only = Programme, die nur eine Adresse aufrufen können, etwa eine Zeile in einer Crontab, berichten mit einer eigenen Adresse.
ping-remove-it = Entfernen…
ping-stands-for = { $address } steht für die Adresse, die einmal angezeigt wurde.
ping-this-address-was-shown = Diese Adresse wurde einmal angezeigt und ist nicht gespeichert. Wenn Sie sie nicht kopiert haben, erstellen Sie eine andere.
ping-with-what-it-wrote = Mit der Ausgabe, bis 10 kB, die auf dieser Seite nur Sie und Admins sehen:
ping-with-when-it-began = Mit dem Beginn und dem Exit-Code: 0 heißt geglückt, alles andere heißt fehlgeschlagen.
