reach-closed =
    { $people ->
        [0] Reaches the people in the closed groups, who are not counted.
        [one] Reaches { $people } other at most, and the people in the closed groups, who are not counted.
       *[other] Reaches { $people } others at most, and the people in the closed groups, who are not counted.
    }
reach-later =
    { $count ->
        [one] About { $count } will not see this until they open one.
       *[other] About { $count } will not see this until they open one.
    }
reach-muted =
    { $count ->
        [one] About { $count } has muted such posts.
       *[other] About { $count } have muted such posts.
    }
reach-quiet =
    { $count ->
        [one] About { $count } is in quiet hours.
       *[other] About { $count } are in quiet hours.
    }
reach-so-many =
    { $people ->
        [one] { $people } person
       *[other] { $people } people
    }
reach-so-many-at-most =
    { $people ->
        [one] at most { $people } person
       *[other] up to { $people } people
    }
reach-so-many-closed =
    { $people ->
        [0] closed groups
        [one] closed groups and up to { $people } other
       *[other] closed groups and up to { $people } others
    }
reach-very-many = more than 1,000 people
send-alert = Send alert to { $people }
send-critical = Send critical alert to { $people }
send-news = Publish to { $people }
send-warning = Send warning to { $people }
