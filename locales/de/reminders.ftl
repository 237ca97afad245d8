act-reminders-stopped = Erinnerungen beendet
draft-reminders-every = Wählen Sie zwischen zwei Erinnerungen { $least } bis { $most } Minuten.
draft-reminders-times = Wählen Sie 1 bis { $most } Erinnerungen.
draft-reminders-unasked = Erinnert wird, wer noch nicht bestätigt hat, es gesehen zu haben. Bitten Sie auch darum.
notice-reminders-stopped = Es wird nun niemand mehr automatisch erinnert.
reminders-every = Alle wie viele Minuten
reminders-hint = Wer noch nichts gesagt hat, findet den Beitrag wieder ungelesen und wird darauf hingewiesen; in Ruhezeiten nur bei kritischen Alarmen, und niemand öfter als zehnmal in der Stunde, außer bei kritischen Alarmen.
reminders-none = Niemand wird automatisch erinnert
reminders-set = Wer nichts gesagt hat, wird automatisch erinnert
reminders-times = Wie oft höchstens
roster-reminders = Automatische Erinnerungen
roster-reminders-next = Nächste Erinnerung { $time }, { $next } von { $times }.
roster-reminders-now = Erinnerung { $sent } von { $times } wird gerade gesendet.
roster-reminders-over =
    { $sent ->
        [0] Keine wurde gesendet, und keine kommt mehr.
       *[other] { $sent } von { $times } wurden gesendet, und keine kommt mehr.
    }
roster-reminders-stop = Erinnerungen beenden
