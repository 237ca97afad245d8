busy-again = Tidings ist gerade ausgelastet. Bitte versuchen Sie es in einigen Sekunden noch einmal.
busy-password = Tidings ist gerade ausgelastet. Bitte geben Sie das Passwort noch einmal ein.
choose-role = Wählen Sie eine Rolle.
common-admin = Admin
common-all-boards = Alle Tafeln
common-back-to-people = Zurück zu den Personen
common-boards = Tafeln
common-cancel = Abbrechen
common-cards =
    { $count ->
        [one] { $count } Karte
       *[other] { $count } Karten
    }
common-create-the-link = Link erstellen
common-created-by = Erstellt von
common-done = Erledigt
common-download-csv = CSV herunterladen
common-everyone = Alle
common-exceptions = Ausnahmen
common-external-people-too = Auch externe Personen
common-find = Suchen
common-found = Gefunden
common-from = Von
common-groups = Gruppen
common-import-people = Personen importieren
common-in-all = { $count } insgesamt
common-last-seen = Zuletzt gesehen
common-live-now = Gerade online
common-member = Mitglied
common-more-than-1-000 = Mehr als 1.000
common-name = Name
common-never = Nie
common-new-password = Neues Passwort
common-new-password-again = Neues Passwort noch einmal
common-new-post = Neuer Beitrag
common-no-boards-yet = Noch keine Tafeln
common-password = Passwort
common-paused = Pausiert
common-people =
    { $count ->
        [one] { $count } Person
       *[other] { $count } Personen
    }
common-publisher = Redaktion
common-purpose = Zweck
common-remove = Entfernen…
common-role = Rolle
common-save = Speichern
common-set-the-password = Passwort setzen
common-settings = Einstellungen
common-sign-in = Anmelden
common-sign-out = Abmelden
common-since = seit { $time }
common-what = Was
common-who-may-see-it = Wer sie sehen darf
database-away = Die Datenbank antwortet nicht.
database-bad-disk = Die Festplatte nimmt nicht an, was geschrieben wird.
database-broken = Die Datenbank ist beschädigt.
database-busy = Die Datenbank ist mit etwas anderem beschäftigt.
database-crowded = Die Datenbank ist beschäftigt oder antwortet nicht.
database-full = Die Festplatte ist voll.
database-gone = Die Datei der Datenbank wurde entfernt oder ersetzt, während der Server lief.
database-not-kept = Die Datenbank hat nicht behalten, was geschrieben wurde.
database-read-only = In die Datenbank kann nicht geschrieben werden.
moment =
    { $day }. { $month ->
        [1] Jan.
        [2] Feb.
        [3] März
        [4] Apr.
        [5] Mai
        [6] Juni
        [7] Juli
        [8] Aug.
        [9] Sept.
        [10] Okt.
        [11] Nov.
       *[12] Dez.
    }, { $time }
moment-with-year =
    { $day }. { $month ->
        [1] Jan.
        [2] Feb.
        [3] März
        [4] Apr.
        [5] Mai
        [6] Juni
        [7] Juli
        [8] Aug.
        [9] Sept.
        [10] Okt.
        [11] Nov.
       *[12] Dez.
    } { $year }, { $time }
role-admin = Admin
role-external = extern
role-member = Mitglied
role-publisher = Redaktion
