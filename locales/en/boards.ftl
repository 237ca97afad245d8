all-boards-above-the-feed = above the feed
all-boards-including-those-that-are = Including those that are not for you
board-cards = Cards
board-cards-appear-here-by = Cards appear here by themselves as soon as a program sets one.
board-except = But not
board-form-a-link-shows-this = A link shows this board on a screen, without an account.
board-form-administrators = Admins
board-form-its-cards-go-with = Its cards go with it. You will be asked before it is done.
board-form-links-for-walls = Links for walls
board-form-order = Order
board-form-order-hint = One line for each card, by its key; { $all } means all that begin like that. A line such as { $heading } is a heading. Cards that no line names come at the end.
board-form-place-among-the-boards = Place among the boards
board-form-remove-the-board = Remove the board
board-form-show-it-above-the = Show it above the feed
board-form-show-it-on-a = Show it on a wall
board-form-smaller-numbers-come-first = Smaller numbers come first.
board-form-to-the-board = To the board
board-name = Use 1 to 100 characters, on one line.
board-nothing-here-yet = Nothing here yet
board-order = The order has at most 64 KiB.
board-pause = { $what } until { $until } by { $who }: no alarms are raised.
board-people = People and groups
board-place = The place is a whole number.
board-walls = Walls
board-worst = look first at
boards-how = How programs do it
boards-most-urgent-first = Most urgent first
boards-none = A program creates one when it sets the first card on it. { $how }
boards-what = A board shows figures, work and machines as they are now. A program creates one when it sets the first card on it.
concern-critical = Critical
concern-none = All well
concern-old = Old
concern-stalled = Stalled
concern-warning = Warning
for-admins = admins
for-everyone = everyone
for-except =
    { $count ->
        [one] but not { $count } person
       *[other] but not { $count } people
    }
for-external = external people
for-groups =
    { $count ->
        [one] { $count } group
       *[other] { $count } groups
    }
for-nobody = nobody
for-people =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
