audience-chosen = You and others
audience-everyone = Everyone
audience-everyone-in-these-groups = Everyone in these groups when you publish gets it once.
audience-exceptions = With exceptions
audience-groups = Groups
audience-no-exceptions = Without exceptions
audience-people = You and others
audience-people-and-groups = People and groups
audience-people-for-author = People
audience-who-gets-it = Who gets it
draft-audience = Choose who gets it.
draft-body-elements = This text would become more than 10,000 paragraphs, cells of tables, links and the like, which is too much for one page. Please shorten it, or make its tables smaller.
draft-body-long = Use at most { $most } KiB; this text has { $size } KiB.
draft-body-page = This text would become more than 512 KiB of page. Please shorten it, or use fewer links and marks.
draft-groups-empty = Nobody is in these groups yet.
draft-kind = Choose whether this is news or an alert.
draft-no-group = Choose at least one group.
draft-nobody = Choose at least one person.
draft-nobody-chosen = Choose at least one person or group.
draft-severity = Choose how urgent the alert is.
draft-title = Enter a title.
draft-title-lines = A title is one line of plain text, without line breaks or control characters.
draft-title-long = Use at most { $most } characters; this title has { $length }.
draft-unknown-groups =
    { $more ->
        [0] There is no group called { $name }.
        [one] There is no group called { $name }, and { $more } more name is unknown.
       *[other] There is no group called { $name }, and { $more } more names are unknown.
    }
draft-unknown-people =
    { $more ->
        [0] Nobody here is called { $name }.
        [one] Nobody here is called { $name }, and { $more } more name is unknown.
       *[other] Nobody here is called { $name }, and { $more } more names are unknown.
    }
flag-expired = Expired
flag-withdrawn = Withdrawn
lasting-expires = Until when it is there (optional)
lasting-expires-hint = Then it goes by itself from every screen, list and search. You keep it, and can bring it back. In the time zone { $zone }.
lasting-is-not-set = It stays until you withdraw it
lasting-is-pinned = on top until a time
lasting-is-set = It goes by itself, at a time
lasting-pinned = Until when it stands on top (optional)
lasting-pinned-hint = It stands on top of lists, below what asks something and open alerts, and then in its place.
manage-edit = Edit
manage-pin = Pin to the top
manage-withdraw = Withdraw
note-lines = A note is one line of plain text, without line breaks or control characters.
note-long = Use at most { $most } characters; this note has { $length }.
picker-beginning-of-a-name = Beginning of a name
picker-chosen = Chosen
picker-group = group
picker-more = There are more. Type the beginning of a name.
picker-no-other-name-has = No other name has a word that begins like that.
picker-remove = Remove { $name }
picker-too-many = There are more. Type one more letter.
pin-button = Pin it
pin-ends = It is in its place again at the time that you choose.
pin-quiet = Nobody is alarmed by it, and it is not unread again.
pin-removal = Put it back in its place
pin-title = Pin to the top?
pin-until = Until when
pin-where = It stands on top of the list of everybody who has it, below what asks something of them and open alerts.
post-back-to-the-feed = Back to the feed
post-critical = Critical alert
post-edit-about = About editing
post-edit-again = Tell readers again
post-edit-again-hint = It is unread again, and rings once more. For another wording that is not needed; for another severity, another time or other readers it may be.
post-edit-as-it-is-now = As it is now
post-edit-as-typed = Its text as it was typed
post-edit-audience-hint = Whoever is added gets it as new. Whoever is taken away loses it at once, unless it is for them in another way, too.
post-edit-back = Back to the post
post-edit-changed-meanwhile = The post was changed meanwhile. Look at it as it is now, then save yours over it.
post-edit-expired = The post has expired. Give it a later time, or none, and it is back.
post-edit-left =
    { $people ->
        [one] { $people } person has it who has left one of its groups since. They keep it as long as the group does.
       *[other] { $people } people have it who have left one of its groups since. They keep it as long as the group does.
    }
post-edit-not-saved = Not saved yet. Everything you typed is still here.
post-edit-preview = Preview: not saved yet
post-edit-save = Save
post-edit-theirs-coordinators = Coordinated by
post-edit-theirs-everyone = Everyone
post-edit-theirs-except = Not for
post-edit-theirs-expires = There until
post-edit-theirs-external = Everyone, external people, too
post-edit-theirs-for = For
post-edit-theirs-pinned = On top until
post-edit-theirs-stays = It stays.
post-edit-title = Edit post
post-edit-what-happens = It changes in place, at once, on every open page of its readers, and says when it was edited. Whoever has it can read what it said before.
post-edit-withdrawn = The post was withdrawn meanwhile. It stays as it is.
post-edited = { $first }, edited { $time }
post-expired = Expired at { $time }
post-expired-meanwhile = The post has expired meanwhile. It stays as it is.
post-expires = Until { $time }
post-for = For:
post-form-about-posting = About posting
post-form-add = Add people and groups
post-form-again = { $why } Please send it again in a moment.
post-form-alert = Alert
post-form-beside-notification = As a notification
post-form-beside-phone = On a telephone
post-form-beside-screen = On this screen
post-form-body-hint = Markdown: { $bold }, { $list }, { $link }. Up to 64 KiB, and 10,000 paragraphs, cells of tables, links and the like. Readers see it as in the preview.
post-form-bold = **bold**
post-form-critical = Critical
post-form-critical-is-for-what = Critical is for what people must act on now. Such alerts break through: people are told of them in their quiet hours, too, and even if they muted the rest.
post-form-do-not-send = Do not send
post-form-except = But not for
post-form-information = Information
post-form-it-appears-at-once = It appears at once on every open page of its recipients, and waits for the others. Look at the preview first.
post-form-kind = Kind
post-form-link = [words](https://…)
post-form-list = - list
post-form-news = News
post-form-news-or-alert = News or alert
post-form-news-waits-quietly-to = News waits quietly to be read. An alert stands out, and screen readers interrupt for it.
post-form-not-connected-so-nothing = Not connected, so nothing is published yet. It is kept here, and sent by itself when there is a connection.
post-form-of-an-alert = of an alert
post-form-preview = Preview
post-form-preview-not-published-yet = Preview: not published yet
post-form-publish-now = Publish now
post-form-publishing = It is being published at this moment.
post-form-restored = What you typed at { $time } is here again. It is not published.
post-form-severity = Severity
post-form-start-again = Start again
post-form-text = Text
post-form-tidings-cannot-take-it = Tidings cannot take it right now, so nothing is published yet. It is kept here, and sent again by itself.
post-form-title = Title
post-form-twice = This form was already published as “{ $title }”. Publish again to create another post from it.
post-form-unsent = You were signed out; your post is not published yet.
post-form-warning = Warning
post-form-what-happens = What happens
post-mark-read = Mark as read
post-mark-unread = Mark as unread
post-not-for = Not for:
post-over = Over at { $time }
post-pinned = Pinned
post-pinned-until = On top until { $time }
post-problems-not-published-yet-everything = Not published yet. Everything you typed is still here.
post-read-more = Read more
post-repeats = ×{ $count }, first { $first }, last { $last }
post-unread = Unread
post-withdrawn = Withdrawn at { $time }
reach-at-most =
    { $people ->
        [0] Reaches nobody yet.
        [one] Reaches { $people } person at most.
       *[other] Reaches up to { $people } people.
    }
reach-many =
    { $live ->
        [0] Reaches more than 1,000 people, few or none with a page open now.
       *[other] Reaches more than 1,000 people, about { $live } with a page open now.
    }
reach-people =
    { $people ->
        [0] Reaches nobody yet.
        [one] Reaches { $people } person.
       *[other] Reaches { $people } people.
    }
reach-people-live =
    { $live ->
        [0] Reaches { $people } people, few or none with a page open now.
       *[other] Reaches { $people } people, about { $live } with a page open now.
    }
reason-missing = Say why, in a few words.
resolution-is-it-over = Is it over?
resolution-it-is-over = It is over
resolution-not-over-after-all = Not over after all?
resolution-reopen = Reopen
resolution-the-alert-looks-as = The alert looks as it did before, on every screen that shows it. Nobody is alarmed anew.
resolution-the-alert-stays-readable = The alert stays readable, and says on every screen that shows it that it is over.
resolution-what-happened-optional = What happened (optional)
revisions-none = Nothing was changed in it.
revisions-reason = Why
revisions-server = Tidings
revisions-strike = Strike this text
revisions-strike-button = Strike the text
revisions-strike-hint = The text of this version is deleted for good. That it was struck, by whom and why, stays visible.
revisions-struck = Text struck at { $time }:
revisions-title = What was changed
severity-critical = Critical alert
severity-info = Information
severity-warning = Warning
withdrawal-button = Withdraw it
withdrawal-gone = It goes from every screen, list and search within a second.
withdrawal-kept = You keep it, marked as withdrawn. Nobody else does.
withdrawal-read = What somebody has read already, they may remember.
withdrawal-reason = Why (optional)
withdrawal-reason-hint = For you and the audit log. Readers do not see it.
withdrawal-title = Withdraw this post?
written-actions = Actions
written-all = All
written-by-state = Your posts by state
written-edit = Edit { $title }
written-expired = Expired
written-goes-on = Goes on
written-help =
    { $people ->
        [one] { $people } needs help
       *[other] { $people } need help
    }
written-help-many = More than { $people } need help
written-nothing = Nothing here
written-open = Alerts that go on
written-outstanding =
    { $people ->
        [one] { $people } not yet
       *[other] { $people } not yet
    }
written-over = Over
written-published = Published
written-reopen = Reopen { $title }
written-resolve = It is over: { $title }
written-said =
    { $people ->
        [0] Nobody has said so yet
        [one] { $people } person has said so
       *[other] { $people } people have said so
    }
written-said-many = More than { $people } people have said so
written-state = State
written-title = Your posts
written-withdraw = Withdraw { $title }
written-withdrawn = Withdrawn
