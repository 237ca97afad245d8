roster-acknowledged = Haben es gesehen: { $count }
roster-added = dazugekommen { $time }
roster-all = Alle: { $count }
roster-apart = Nicht mehr gefragt: { $count }
roster-at = Wann
roster-back = Zurück zum Beitrag
roster-due = Sie sind gebeten, es bis { $time } zu bestätigen.
roster-every-group = Alle Gruppen
roster-export = Als Tabelle exportieren (CSV)
roster-export-noted = Jeder Export wird im Protokoll vermerkt.
roster-few = Wird bei weniger als zehn Personen nicht gezeigt
roster-find = Unter diesen Personen suchen
roster-for = Für
roster-group = Gruppe
roster-has-seen = Hat es bestätigt
roster-is-apart = Nicht mehr gefragt
roster-names = Sie sehen namentlich, wer gefragt wurde und wer bestätigt hat, es gesehen zu haben. Wer es gelesen hat, wird gezählt, aber nicht genannt.
roster-no-names = Wer es gelesen hat, wird gezählt, aber nicht genannt. Namentlich sehen Sie nur, wer „Ich habe dies gesehen“ gesagt hat, wenn ein Beitrag darum bittet.
roster-nobody = In dieser Liste ist niemand.
roster-not-yet = Noch nicht
roster-number =
    { $count ->
        [one] { $count } Person
       *[other] { $count } Personen
    }
roster-outstanding = Noch nicht: { $count }
roster-partial = Wer in einer geschlossenen Gruppe ist, wird hier weder genannt noch gezählt.
roster-people = Personen
roster-read = Haben es gelesen
roster-sent = An eine offene Seite gesendet
roster-show = Anzeigen
roster-state = Stand
roster-title = Wer es gesehen hat
script-roster-apart = Nicht mehr gefragt
script-roster-has-seen = Hat es bestätigt
script-roster-not-yet = Noch nicht
script-roster-number =
    { $count ->
        [one] { $count } Person
       *[other] { $count } Personen
    }
script-roster-remind =
    { $count ->
        [one] { $count } Person erinnern
       *[other] { $count } Personen erinnern
    }
