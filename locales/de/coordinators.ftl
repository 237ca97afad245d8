act-post-handed-over = Beitrag übergeben
ask-told-coordinators = { $name } und die Verantwortlichen des Beitrags sehen mit Namen, wer das getan hat.
coordinators = Verantwortliche
coordinators-are = Verantwortlich: { $name }.
coordinators-empty = Aus { $name } kann sich niemand anmelden. Wählen Sie eine andere Gruppe oder eine Person.
coordinators-gone = Für einen Alarm von { $author } ist niemand mehr verantwortlich
coordinators-gone-text =
    Er läuft weiter, und verantwortlich war { $name }: Von dort kann sich jetzt niemand anmelden.

    Nehmen Sie jemanden in diese Gruppe auf, oder lassen Sie { $author } den Alarm übergeben.
coordinators-hand-over = Übergeben
coordinators-hand-over-hint = Wer genannt ist, darf von jetzt an tun, was Sie dürfen. Ohne einen Namen darf es nur, wer den Beitrag geschrieben hat.
coordinators-hint = Sie sehen, wer ihn gesehen hat, und dürfen bearbeiten, erinnern, zurückziehen und beenden wie Sie. So endet der Alarm nicht, wenn Sie nach Hause gehen.
coordinators-name = Der Name einer Gruppe oder einer Person (freiwillig)
coordinators-required = Ein kritischer Alarm braucht Verantwortliche: Geben Sie den Namen einer Gruppe oder einer Person ein.
coordinators-unknown = Keine Gruppe und niemand hier heißt { $name }.
coordinators-you = von { $name }, Sie sind verantwortlich
notice-post-handed-over = Übergeben.
