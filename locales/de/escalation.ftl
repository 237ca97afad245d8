act-escalated = Weitere benachrichtigt
act-escalation-stopped = Weitere Benachrichtigungen beendet
draft-escalation-after = Wählen Sie, nach wie vielen Minuten jede Gruppe benachrichtigt wird: 1 bis { $most }.
draft-escalation-if = Wählen Sie, wie viele es bestätigt haben müssen.
draft-escalation-many = Wählen Sie höchstens { $most } weitere Gruppen.
draft-escalation-nobody = Wählen Sie, welche Gruppe nach diesen Minuten benachrichtigt wird.
draft-escalation-unasked = Weitere werden benachrichtigt, wenn zu wenige bestätigt haben, es gesehen zu haben. Bitten Sie auch darum.
draft-escalation-unknown = Keine Gruppe heißt { $name }.
escalation-admins = Admins
escalation-after = Nach wie vielen Minuten
escalation-all = alle es bestätigt haben
escalation-answered = nicht nötig ({ $time }): Genügend hatten bestätigt, es gesehen zu haben
escalation-any = jemand es bestätigt hat
escalation-done = erledigt: { $time }
escalation-due-all = { $time }, außer alle haben bestätigt, es gesehen zu haben
escalation-due-any = { $time }, außer jemand hat bestätigt, es gesehen zu haben
escalation-due-half = { $time }, außer die Hälfte hat bestätigt, es gesehen zu haben
escalation-gone = niemand war mehr da: { $time }
escalation-half = die Hälfte es bestätigt hat
escalation-hint = Jede Gruppe wird nach so vielen Minuten Wartezeit benachrichtigt, sieht den Beitrag und erfährt, warum. Genügt auch das nicht, werden zuletzt die Admins benachrichtigt.
escalation-if = Außer wenn
escalation-later-all =
    { $minutes ->
        [one] { $minutes } Minute danach, außer alle haben bestätigt, es gesehen zu haben
       *[other] { $minutes } Minuten danach, außer alle haben bestätigt, es gesehen zu haben
    }
escalation-later-any =
    { $minutes ->
        [one] { $minutes } Minute danach, außer jemand hat bestätigt, es gesehen zu haben
       *[other] { $minutes } Minuten danach, außer jemand hat bestätigt, es gesehen zu haben
    }
escalation-later-half =
    { $minutes ->
        [one] { $minutes } Minute danach, außer die Hälfte hat bestätigt, es gesehen zu haben
       *[other] { $minutes } Minuten danach, außer die Hälfte hat bestätigt, es gesehen zu haben
    }
escalation-none = Niemand sonst wird benachrichtigt, wenn zu wenige es bestätigen
escalation-over = nicht nötig, da es vorbei ist
escalation-set = Weitere werden benachrichtigt, wenn zu wenige es bestätigen
escalation-stopped = beendet: { $time }
escalation-to = Gruppe { $place }
escalation-told = benachrichtigt: { $time }
notice-escalation-stopped = Es wird nun niemand sonst automatisch benachrichtigt.
post-escalated-all = Dies ging an mehr Personen ({ $time }), weil nicht alle bestätigt hatten, es gesehen zu haben.
post-escalated-any = Dies ging an mehr Personen ({ $time }), weil niemand bestätigt hatte, es gesehen zu haben.
post-escalated-half = Dies ging an mehr Personen ({ $time }), weil nicht die Hälfte bestätigt hatte, es gesehen zu haben.
record-escalated = Ließ weitere Personen benachrichtigen
record-escalated-admins = Ließ die Admins benachrichtigen
roster-escalation = Wer außerdem benachrichtigt wird
roster-escalation-stop = Niemanden sonst benachrichtigen
