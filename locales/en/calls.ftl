act-call-given-back = Call for help given back
act-call-taken = Call for help taken
call-about = Who has answered “{ $title }”
call-give-back = Give back
call-take = I take this
call-take-whose = I take this: { $name }
call-taken = Taken by { $name }
call-taken-at = Taken by { $name }, { $time }
call-taken-back = Taken back
call-title = { $name }: { $answer }
call-title-many =
    { $count ->
        [one] { $count } person needs help
       *[other] { $count } people need help
    }
notice-call-given-back = Given back. The others were told again.
notice-call-taken = You have taken it.
record-by = by { $name }
record-help-given-back = Call for help given back
record-help-taken = Call for help taken
