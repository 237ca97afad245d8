act-account-created = Konto erstellt
act-account-disabled = Konto gesperrt
act-account-enabled = Konto freigegeben
act-account-ended = Konto beendet
act-account-renamed = Konto umbenannt
act-added-to-a-group = Zu einer Gruppe hinzugefügt
act-alarms-paused = Kartenalarme pausiert
act-alarms-resumed = Kartenalarme fortgesetzt
act-alert-over = Alarm beendet
act-alert-reopened = Alarm wieder geöffnet
act-board-changed = Tafel geändert
act-board-created = Tafel erstellt
act-board-removed = Tafel entfernt
act-card-created = Karte erstellt
act-card-removed = Karte entfernt
act-duty-changed = Bereitschaft geändert
act-external-or-not = Extern oder nicht
act-form-from-another-site = Formular von einer anderen Website
act-group-created = Gruppe erstellt
act-group-removed = Gruppe entfernt
act-group-renamed = Gruppe umbenannt
act-group-closing = Geschlossene Gruppe geändert
act-last-day-set = Letzter Tag gesetzt
act-not-allowed = Nicht erlaubt
act-number-set = Nummer gesetzt
act-one-time-link-created = Einmaliger Link erstellt
act-one-time-link-used = Einmaliger Link benutzt
act-one-time-link-withdrawn = Einmaliger Link zurückgezogen
act-password-confirmed = Passwort noch einmal abgefragt
act-password-set = Passwort gesetzt
act-ping = Bericht an die Ping-Adresse
act-ping-address-created = Ping-Adresse erstellt
act-ping-address-removed = Ping-Adresse entfernt
act-post-edited = Beitrag bearbeitet
act-post-expired = Beitrag abgelaufen
act-post-pinned = Beitrag angeheftet
act-post-published = Beitrag veröffentlicht
act-post-unpinned = Beitrag nicht mehr angeheftet
act-post-withdrawn = Beitrag zurückgezogen
act-removed-from-a-group = Aus einer Gruppe entfernt
act-revision-struck = Text gestrichen
act-role-changed = Rolle geändert
act-sessions-ended = Sitzungen beendet
act-sign-in = Anmeldung
act-sign-out = Abmeldung
act-token-created = Token erstellt
act-token-revoked = Token widerrufen
act-wall-link-created = Bildschirm-Link erstellt
act-wall-link-ended = Bildschirm-Link beendet
act-wall-link-opened = Bildschirm-Link geöffnet
audit-a-person-a-group = Eine Person, eine Gruppe oder ein Beitrag wie „post 42“. Von einem Namen genügen die Anfänge seiner Wörter.
audit-a-post = Beitrag { $post }
audit-ahead = Einige Einträge stammen von einer Uhr, die vorging.
audit-any = Alle
audit-audit-log = Protokoll
audit-board = auf der Tafel { $board }
audit-by = über { $channel }
audit-by-link = durch einen Link von { $name }
audit-by-setup-link = durch den Einrichtungslink
audit-by-shell-link = durch einen Link von der Befehlszeile
audit-closed = geschlossen
audit-coordinators-needed = ein kritischer Alarm braucht Verantwortliche
audit-coordinators-not-needed = kein Beitrag braucht Verantwortliche
audit-critical-by = { $by ->
    [admins] kritische Alarme durch Admins
   *[publishers] kritische Alarme durch alle, die veröffentlichen
}
audit-disabled = gesperrt
audit-duty-plan = Plan
audit-duty-swap = Tausch
audit-ended = das Konto ist abgelaufen
audit-everything = Alles
audit-external = extern
audit-first-password = erstes Passwort
audit-from-a-list = aus einer Liste
audit-handed-to = an { $name }
audit-handed-to-nobody = an niemanden
audit-invitation = Einladung
audit-invited-by = eingeladen von { $name }
audit-last-day-gone = kein letzter Tag mehr
audit-more = weitere in derselben Minute
audit-new-password = neues Passwort
audit-no-good-token = kein gültiges Token
audit-no-last-day = kein letzter Tag
audit-no-matching-entries = Keine passenden Einträge
audit-nobody = niemand heißt so
audit-not-closed = nicht mehr geschlossen
audit-not-external = nicht extern
audit-not-signed-in = Nicht angemeldet
audit-now = jetzt „{ $name }“
audit-older-entries = Ältere Einträge
audit-overtaken = in diesem Moment gesperrt oder das Passwort geändert
audit-part-audience = Empfänger ({ $added } dazu, { $removed } weg)
audit-part-expiry = Ablauf
audit-part-kind = Art
audit-part-pin = Anheften
audit-part-severity = Dringlichkeit
audit-part-text = Text
audit-part-title = Titel
audit-people = { $count ->
    [one] { $count } Person
   *[other] { $count } Personen
}
audit-person-group-or-post = Person, Gruppe oder Beitrag
audit-post = { $kind ->
    [news] Meldung
    [info] Information
    [warning] Warnung
   *[critical] Kritischer Alarm
} { $audience ->
    [everyone] an alle
    [people] an namentlich genannte Personen
    [groups] an Gruppen
   *[chosen] an Gruppen und namentlich genannte Personen
}
audit-receipts = { $receipts ->
    [names] wer veröffentlicht, sieht namentlich, wer einen Beitrag gelesen hat
    [nothing] wer veröffentlicht, sieht nicht, wer einen Beitrag gelesen hat
   *[numbers] wer veröffentlicht, sieht, wie viele einen Beitrag gelesen haben
}
audit-record = der Nachweis
audit-sheet = die Liste zum Ausdrucken
audit-refused = abgelehnt
audit-refused-2 = Abgelehnt
audit-result = Ergebnis
audit-session-one = eine Sitzung
audit-sessions-all = alle Sitzungen
audit-sessions-others = alle anderen Sitzungen
audit-show = Anzeigen
audit-show-ahead = Anzeigen
audit-show-everything = Alles anzeigen
audit-show-only = Nur anzeigen
audit-times = { $count }-mal
audit-to = Bis
audit-to-admins = an die Admins
audit-token = „{ $name }“ (Token { $token })
audit-told-again = noch einmal benachrichtigt
audit-unknown-address = unbekannte Adresse
audit-until = bis { $time }
audit-version = Fassung { $version }
audit-wall = Bildschirm-Link { $wall }, Tafel { $board }
audit-when = Wann
audit-who = Wer
audit-wrong-password = falsches Passwort
channel-program = ein Programm
channel-server = den Server
channel-shell = die Befehlszeile
filter-act = Wählen Sie aus der Liste, was angezeigt werden soll.
filter-day = Schreiben Sie den Tag wie 2026-11-24.
filter-days = „Von“ ist ein späterer Tag als „Bis“. Ändern Sie einen davon.
filter-names = Mehr als { $most } Namen beginnen so. Geben Sie mehr vom Namen ein.
filter-outcome = Wählen Sie ein Ergebnis aus der Liste.
