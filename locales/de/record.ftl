record-acknowledged = Hat bestätigt, es gesehen zu haben
record-act = Was
record-acts = Was gesagt wurde, der Reihe nach
record-answered = Hat geantwortet
record-back = Zurück zur Liste, wer es gesehen hat
record-export = Alles als JSON
record-nothing = Noch hat niemand etwas gesagt.
record-taken-back = Hat es zurückgenommen
record-title = Der Nachweis
record-version = Fassung { $version }
record-versions = Was darin stand
roster-record = Der Nachweis, Schritt für Schritt
act-reminded = Leser erinnert
record-reminded = Wurde erinnert
roster-remind-hint = Für sie ist der Beitrag wieder ungelesen, und sie werden so darauf hingewiesen, wie sie es gewählt haben; niemand öfter als zehnmal in der Stunde, außer bei kritischen Alarmen.
roster-reminded =
    { $count ->
        [0] Niemand wurde erinnert: Alle haben inzwischen bestätigt oder wurden schon oft genug erinnert.
        [one] { $count } Person wurde erinnert.
       *[other] { $count } Personen wurden erinnert.
    }
