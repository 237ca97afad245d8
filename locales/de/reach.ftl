reach-closed =
    { $people ->
        [0] Erreicht, wer in den geschlossenen Gruppen ist; das wird nicht gezählt.
        [one] Erreicht höchstens { $people } weitere Person, und wer in den geschlossenen Gruppen ist; das wird nicht gezählt.
       *[other] Erreicht höchstens { $people } weitere Personen, und wer in den geschlossenen Gruppen ist; das wird nicht gezählt.
    }
reach-later =
    { $count ->
        [one] Etwa { $count } sieht dies erst, wenn eine geöffnet wird.
       *[other] Etwa { $count } sehen dies erst, wenn sie eine öffnen.
    }
reach-muted =
    { $count ->
        [one] Etwa { $count } hat solche Beiträge stummgeschaltet.
       *[other] Etwa { $count } haben solche Beiträge stummgeschaltet.
    }
reach-quiet =
    { $count ->
        [one] Etwa { $count } hat gerade Ruhezeit.
       *[other] Etwa { $count } haben gerade Ruhezeit.
    }
reach-so-many =
    { $people ->
        [one] { $people } Person
       *[other] { $people } Personen
    }
reach-so-many-at-most =
    { $people ->
        [one] höchstens { $people } Person
       *[other] bis zu { $people } Personen
    }
reach-so-many-closed =
    { $people ->
        [0] geschlossene Gruppen
        [one] geschlossene Gruppen und höchstens { $people } weitere Person
       *[other] geschlossene Gruppen und bis zu { $people } weitere Personen
    }
reach-very-many = mehr als 1.000 Personen
send-alert = Alarm an { $people } senden
send-critical = Kritischen Alarm an { $people } senden
send-news = An { $people } veröffentlichen
send-warning = Warnung an { $people } senden
