act-post-handed-over = Post handed over
ask-told-coordinators = { $name } and the post’s coordinators see by name who did.
coordinators = Coordinators
coordinators-are = Coordinated by { $name }.
coordinators-empty = Nobody who is in { $name } may sign in. Choose another group, or somebody.
coordinators-gone = Nobody coordinates an alert by { $author } any more
coordinators-gone-text =
    It goes on, and its coordinators were { $name }: nobody of them may sign in now.

    Put somebody into that group, or have { $author } hand the alert over.
coordinators-hand-over = Hand over
coordinators-hand-over-hint = Whoever is named does for it from now on what you may do. Without a name, only its author does.
coordinators-hint = They see who has seen it, and may edit, remind, withdraw and say that it is over, as you may. So the alert does not end when you go home.
coordinators-name = The name of a group, or of somebody (optional)
coordinators-required = A critical alert needs coordinators: enter the name of a group, or of somebody.
coordinators-unknown = No group and nobody here is called { $name }.
coordinators-you = by { $name }, you coordinate it
notice-post-handed-over = Handed over.
