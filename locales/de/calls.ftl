act-call-given-back = Hilferuf zurückgegeben
act-call-taken = Hilferuf übernommen
call-about = Wer auf „{ $title }“ geantwortet hat
call-give-back = Zurückgeben
call-take = Ich übernehme
call-take-whose = Ich übernehme: { $name }
call-taken = Übernommen von { $name }
call-taken-at = Übernommen von { $name }, { $time }
call-taken-back = Zurückgenommen
call-title = { $name }: { $answer }
call-title-many =
    { $count ->
        [one] { $count } Person braucht Hilfe
       *[other] { $count } Personen brauchen Hilfe
    }
notice-call-given-back = Zurückgegeben. Die anderen wurden noch einmal benachrichtigt.
notice-call-taken = Sie haben übernommen.
record-by = von { $name }
record-help-given-back = Hilferuf zurückgegeben
record-help-taken = Hilferuf übernommen
