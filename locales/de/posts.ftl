audience-chosen = Sie und andere
audience-everyone = Alle
audience-everyone-in-these-groups = Alle, die beim Veröffentlichen in diesen Gruppen sind, bekommen es einmal.
audience-exceptions = Mit Ausnahmen
audience-groups = Gruppen
audience-no-exceptions = Ohne Ausnahmen
audience-people = Sie und andere
audience-people-and-groups = Personen und Gruppen
audience-people-for-author = Personen
audience-who-gets-it = Wer es bekommt
draft-audience = Wählen Sie, wer es bekommt.
draft-body-elements = Aus diesem Text würden mehr als 10.000 Absätze, Zellen von Tabellen, Links und Ähnliches, und das ist zu viel für eine Seite. Bitte kürzen Sie ihn, oder machen Sie seine Tabellen kleiner.
draft-body-long = Verwenden Sie höchstens { $most } KiB; dieser Text hat { $size } KiB.
draft-body-page = Aus diesem Text würden mehr als 512 KiB Seite. Bitte kürzen Sie ihn, oder verwenden Sie weniger Links und Auszeichnungen.
draft-groups-empty = In diesen Gruppen ist noch niemand.
draft-kind = Wählen Sie, ob dies eine Meldung oder ein Alarm ist.
draft-no-group = Wählen Sie mindestens eine Gruppe.
draft-nobody = Wählen Sie mindestens eine Person.
draft-nobody-chosen = Wählen Sie mindestens eine Person oder Gruppe.
draft-severity = Wählen Sie, wie dringend der Alarm ist.
draft-title = Geben Sie einen Titel ein.
draft-title-lines = Ein Titel ist eine Zeile Text, ohne Zeilenumbrüche und Steuerzeichen.
draft-title-long = Verwenden Sie höchstens { $most } Zeichen; dieser Titel hat { $length }.
draft-unknown-groups =
    { $more ->
        [0] Es gibt keine Gruppe { $name }.
        [one] Es gibt keine Gruppe { $name }, und { $more } weiterer Name ist unbekannt.
       *[other] Es gibt keine Gruppe { $name }, und { $more } weitere Namen sind unbekannt.
    }
draft-unknown-people =
    { $more ->
        [0] Niemand hier heißt { $name }.
        [one] Niemand hier heißt { $name }, und { $more } weiterer Name ist unbekannt.
       *[other] Niemand hier heißt { $name }, und { $more } weitere Namen sind unbekannt.
    }
flag-expired = Abgelaufen
flag-withdrawn = Zurückgezogen
lasting-expires = Bis wann er da ist (freiwillig)
lasting-expires-hint = Dann verschwindet er von selbst von jedem Bildschirm, aus jeder Liste und jeder Suche. Sie behalten ihn und können ihn zurückholen. In der Zeitzone { $zone }.
lasting-is-not-set = Er bleibt, bis Sie ihn zurückziehen
lasting-is-pinned = oben bis zu einer bestimmten Zeit
lasting-is-set = Er verschwindet von selbst, zu einer bestimmten Zeit
lasting-pinned = Bis wann er oben steht (freiwillig)
lasting-pinned-hint = Er steht oben in den Listen, unter dem, was etwas verlangt, und unter laufenden Alarmen. Danach steht er an seinem Platz.
manage-edit = Bearbeiten
manage-pin = Oben anheften
manage-withdraw = Zurückziehen
note-lines = Eine Notiz ist eine Zeile Text, ohne Zeilenumbrüche und Steuerzeichen.
note-long = Verwenden Sie höchstens { $most } Zeichen; dieser Text hat { $length }.
picker-beginning-of-a-name = Anfang eines Namens
picker-chosen = Ausgewählt
picker-group = Gruppe
picker-more = Es gibt weitere. Geben Sie den Anfang eines Namens ein.
picker-no-other-name-has = Kein anderer Name hat ein Wort, das so beginnt.
picker-remove = { $name } entfernen
picker-too-many = Es gibt weitere. Geben Sie einen Buchstaben mehr ein.
pin-button = Anheften
pin-ends = Zu der Zeit, die Sie wählen, steht er wieder an seinem Platz.
pin-quiet = Niemand wird dadurch alarmiert, und er wird nicht wieder ungelesen.
pin-removal = Zurück an seinen Platz
pin-title = Oben anheften?
pin-until = Bis wann
pin-where = Er steht bei allen, die ihn haben, oben in der Liste, unter dem, was etwas von ihnen verlangt, und unter laufenden Alarmen.
post-back-to-the-feed = Zurück zur Startseite
post-critical = Kritischer Alarm
post-edit-about = Über das Bearbeiten
post-edit-again = Noch einmal benachrichtigen
post-edit-again-hint = Der Beitrag ist wieder ungelesen und klingelt noch einmal. Für eine andere Formulierung ist das nicht nötig, für eine andere Dringlichkeit, eine andere Zeit oder andere Empfänger vielleicht schon.
post-edit-as-it-is-now = So ist er jetzt
post-edit-as-typed = Sein Text, wie er eingegeben wurde
post-edit-audience-hint = Wer dazukommt, bekommt ihn als neu. Wer wegfällt, hat ihn sofort nicht mehr, außer der Beitrag ist auch auf andere Weise für diese Person.
post-edit-back = Zurück zum Beitrag
post-edit-changed-meanwhile = Der Beitrag wurde inzwischen geändert. Sehen Sie ihn an, wie er jetzt ist, und speichern Sie dann Ihre Fassung darüber.
post-edit-expired = Der Beitrag ist abgelaufen. Geben Sie ihm eine spätere Zeit oder keine, dann ist er wieder da.
post-edit-left =
    { $people ->
        [one] { $people } Person hat den Beitrag, die eine seiner Gruppen inzwischen verlassen hat. Sie behält ihn, solange die Gruppe ihn behält.
       *[other] { $people } Personen haben den Beitrag, die eine seiner Gruppen inzwischen verlassen haben. Sie behalten ihn, solange die Gruppe ihn behält.
    }
post-edit-not-saved = Noch nicht gespeichert. Alles, was Sie eingegeben haben, ist noch da.
post-edit-preview = Vorschau: noch nicht gespeichert
post-edit-save = Speichern
post-edit-theirs-coordinators = Verantwortlich
post-edit-theirs-everyone = Alle
post-edit-theirs-except = Nicht für
post-edit-theirs-expires = Sichtbar bis
post-edit-theirs-external = Alle, auch Externe
post-edit-theirs-for = Für
post-edit-theirs-pinned = Oben bis
post-edit-theirs-stays = Er bleibt.
post-edit-title = Beitrag bearbeiten
post-edit-what-happens = Er ändert sich sofort und an seiner Stelle auf allen offenen Seiten, die ihn zeigen, und sagt, wann er bearbeitet wurde. Wer ihn hat, kann lesen, was vorher darin stand.
post-edit-withdrawn = Der Beitrag wurde inzwischen zurückgezogen. Er bleibt, wie er ist.
post-edited = { $first }, bearbeitet { $time }
post-expired = Abgelaufen: { $time }
post-expired-meanwhile = Der Beitrag ist inzwischen abgelaufen. Er bleibt, wie er ist.
post-expires = Bis { $time }
post-for = Für:
post-form-about-posting = Über das Veröffentlichen
post-form-add = Personen und Gruppen hinzufügen
post-form-again = { $why } Bitte senden Sie ihn gleich noch einmal.
post-form-alert = Alarm
post-form-beside-notification = Als Benachrichtigung
post-form-beside-phone = Auf einem Telefon
post-form-beside-screen = Auf diesem Bildschirm
post-form-body-hint = Markdown: { $bold }, { $list }, { $link }. Bis 64 KiB und 10.000 Absätze, Tabellenzellen, Links und Ähnliches. Leser sehen es wie in der Vorschau.
post-form-bold = **fett**
post-form-critical = Kritisch
post-form-critical-is-for-what = Kritisch ist für das, was sofortiges Handeln verlangt. Solche Alarme kommen durch: Über sie wird auch benachrichtigt, wer gerade Ruhezeit hat oder anderes stummgeschaltet hat.
post-form-do-not-send = Nicht senden
post-form-except = Aber nicht für
post-form-information = Information
post-form-it-appears-at-once = Der Beitrag erscheint sofort auf jeder offenen Seite seiner Empfänger und wartet auf die anderen. Sehen Sie zuerst die Vorschau an.
post-form-kind = Art
post-form-link = [Wörter](https://…)
post-form-list = - Liste
post-form-news = Meldung
post-form-news-or-alert = Meldung oder Alarm
post-form-news-waits-quietly-to = Eine Meldung wartet still darauf, gelesen zu werden. Ein Alarm fällt auf, und Screenreader unterbrechen dafür.
post-form-not-connected-so-nothing = Nicht verbunden, daher ist noch nichts veröffentlicht. Der Beitrag bleibt hier und wird von selbst gesendet, sobald es eine Verbindung gibt.
post-form-of-an-alert = eines Alarms
post-form-preview = Vorschau
post-form-preview-not-published-yet = Vorschau: noch nicht veröffentlicht
post-form-publish-now = Jetzt veröffentlichen
post-form-publishing = Der Beitrag wird gerade veröffentlicht.
post-form-restored = Ihre Eingaben von { $time } sind wieder da. Sie sind nicht veröffentlicht.
post-form-severity = Dringlichkeit
post-form-start-again = Neu beginnen
post-form-text = Text
post-form-tidings-cannot-take-it = Tidings kann ihn gerade nicht annehmen, daher ist noch nichts veröffentlicht. Der Beitrag bleibt hier und wird von selbst noch einmal gesendet.
post-form-title = Titel
post-form-twice = Dieses Formular wurde schon als „{ $title }“ veröffentlicht. Veröffentlichen Sie noch einmal, um einen weiteren Beitrag daraus zu machen.
post-form-unsent = Sie wurden abgemeldet; Ihr Beitrag ist noch nicht veröffentlicht.
post-form-warning = Warnung
post-form-what-happens = Was geschieht
post-mark-read = Als gelesen markieren
post-mark-unread = Als ungelesen markieren
post-not-for = Nicht für:
post-over = Beendet: { $time }
post-pinned = Angeheftet
post-pinned-until = Oben bis { $time }
post-problems-not-published-yet-everything = Noch nicht veröffentlicht. Alle Ihre Eingaben sind noch da.
post-read-more = Weiterlesen
post-repeats = ×{ $count }, zuerst { $first }, zuletzt { $last }
post-unread = Ungelesen
post-withdrawn = Zurückgezogen: { $time }
reach-at-most =
    { $people ->
        [0] Erreicht noch niemanden.
        [one] Erreicht höchstens { $people } Person.
       *[other] Erreicht bis zu { $people } Personen.
    }
reach-many =
    { $live ->
        [0] Erreicht mehr als 1.000 Personen, davon wenige oder keine mit gerade offener Seite.
       *[other] Erreicht mehr als 1.000 Personen, davon etwa { $live } mit gerade offener Seite.
    }
reach-people =
    { $people ->
        [0] Erreicht noch niemanden.
        [one] Erreicht { $people } Person.
       *[other] Erreicht { $people } Personen.
    }
reach-people-live =
    { $live ->
        [0] Erreicht { $people } Personen, davon wenige oder keine mit gerade offener Seite.
       *[other] Erreicht { $people } Personen, davon etwa { $live } mit gerade offener Seite.
    }
reason-missing = Sagen Sie in ein paar Worten, warum.
resolution-is-it-over = Ist es vorbei?
resolution-it-is-over = Es ist vorbei
resolution-not-over-after-all = Doch noch nicht vorbei?
resolution-reopen = Wieder öffnen
resolution-the-alert-looks-as = Der Alarm sieht wieder aus wie vorher, auf jedem Bildschirm, der ihn zeigt. Niemand wird erneut alarmiert.
resolution-the-alert-stays-readable = Der Alarm bleibt lesbar und zeigt auf jedem Bildschirm, dass er vorbei ist.
resolution-what-happened-optional = Was geschehen ist (freiwillig)
revisions-none = Daran wurde nichts geändert.
revisions-reason = Warum
revisions-server = Tidings
revisions-strike = Diesen Text streichen
revisions-strike-button = Text streichen
revisions-strike-hint = Der Text dieser Fassung wird endgültig gelöscht. Dass er gestrichen wurde, von wem und warum, bleibt sichtbar.
revisions-struck = Text gestrichen: { $time },
revisions-title = Was geändert wurde
severity-critical = Kritischer Alarm
severity-info = Information
severity-warning = Warnung
withdrawal-button = Zurückziehen
withdrawal-gone = Er verschwindet innerhalb einer Sekunde von jedem Bildschirm, aus jeder Liste und jeder Suche.
withdrawal-kept = Sie behalten ihn, als zurückgezogen markiert. Sonst niemand.
withdrawal-read = Was jemand schon gelesen hat, weiß er vielleicht noch.
withdrawal-reason = Warum (freiwillig)
withdrawal-reason-hint = Für Sie und das Protokoll. Leser sehen es nicht.
withdrawal-title = Diesen Beitrag zurückziehen?
written-actions = Aktionen
written-all = Alle
written-by-state = Ihre Beiträge nach Stand
written-edit = Bearbeiten: { $title }
written-expired = Abgelaufen
written-goes-on = Läuft
written-help =
    { $people ->
        [one] { $people } braucht Hilfe
       *[other] { $people } brauchen Hilfe
    }
written-help-many = Mehr als { $people } brauchen Hilfe
written-nothing = Hier ist nichts
written-open = Laufende Alarme
written-outstanding =
    { $people ->
        [one] { $people } noch nicht
       *[other] { $people } noch nicht
    }
written-over = Beendet
written-published = Veröffentlicht
written-reopen = Wieder öffnen: { $title }
written-resolve = Es ist vorbei: { $title }
written-said =
    { $people ->
        [0] Noch niemand hat es bestätigt
        [one] { $people } Person hat es bestätigt
       *[other] { $people } Personen haben es bestätigt
    }
written-said-many = Mehr als { $people } Personen haben es bestätigt
written-state = Stand
written-title = Ihre Beiträge
written-withdraw = Zurückziehen: { $title }
written-withdrawn = Zurückgezogen
