//! Where a stream goes on from.

use std::time::Instant;

use crate::support::{Draft, PATIENCE, Person, Role, Stream, TestApp};

#[tokio::test]
async fn a_post_published_between_page_and_stream_arrives() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let old = boss.publishes(Draft::news("On the page")).await;

    let page = ann.reads_feed().await;
    let missed = boss.publishes(Draft::news("In between")).await;
    let mut stream = ann.streams_from(&format!("/stream?after={}", page.cursor), &[]).await;
    let hello = stream.says_hello().await;

    assert_eq!(page.posts, [old]);
    assert_eq!((hello.data["resumed"].as_bool(), hello.id), (Some(true), Some(page.cursor)));
    // What is on the page already may come once more; the page passes over it.
    let mut came = stream.posts_until(missed).await;
    came.retain(|post| !page.posts.contains(post));
    assert_eq!(came, [missed]);
    let next = boss.publishes(Draft::news("Live")).await;
    assert_eq!(stream.next_post().await, next);
}

#[tokio::test]
async fn streams_at_the_same_place_are_each_given_what_is_theirs() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    let before = ann.reads_feed().await.cursor;
    let hers = boss.publishes(Draft::news("For Ann").to(&["ann"])).await;
    let all = boss.publishes(Draft::news("For all")).await;

    // Often enough for every thread of the server to serve one after the other.
    for _ in 0..20 {
        assert_eq!(ann.follows(&before).await.posts_until(all).await, [hers, all]);
        assert_eq!(bea.follows(&before).await.posts_until(all).await, [all]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_and_its_stream_together_miss_nothing_while_posts_pour_in() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    boss.publishes(Draft::news("First")).await;
    let publishing = tokio::spawn(async move {
        loop {
            boss.publishes(Draft::news("One after another")).await;
        }
    });

    for _ in 0..60 {
        let page = ann.reads_feed().await;
        let newest = page.posts[0];
        let mut stream = ann.follows(&page.cursor).await;
        let mut next = stream.next_post().await;
        // What is on the page already may come once more.
        while next <= newest {
            next = stream.next_post().await;
        }
        assert_eq!(next, newest + 1);
    }
    publishing.abort();
}

#[tokio::test]
async fn a_reconnect_goes_on_after_the_last_event_it_had() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let start = ann.reads_feed().await.cursor;
    let mut posts = vec![];
    for number in 0..20 {
        posts.push(boss.publishes(Draft::news(&format!("Number {number}"))).await);
    }

    let mut cursor = start.clone();
    for post in &posts {
        let mut stream = ann.follows(&cursor).await;
        assert_eq!(stream.next_post().await, *post);
        cursor.clone_from(&stream.cursor);
    }

    assert_eq!(cursor, ann.reads_feed().await.cursor);
    assert_eq!(ann.follows(&start).await.next_posts(20).await, posts);
}

#[tokio::test]
async fn the_header_wins_over_the_address() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let oldest = ann.reads_feed().await.cursor;
    let newer = head_after_one_post(&boss).await;
    let two = boss.publishes(Draft::news("Two")).await;

    let mut stream = ann.streams_from(&format!("/stream?after={oldest}"), &[("Last-Event-ID", &newer)]).await;
    let hello = stream.says_hello().await;

    assert_eq!(hello.id, Some(newer));
    assert_eq!(stream.next_post().await, two);
}

#[tokio::test]
async fn an_empty_cursor_is_none_and_the_other_one_counts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let start = ann.reads_feed().await.cursor;
    let missed = boss.publishes(Draft::news("Missed")).await;

    // An EventSource that was given an address and has seen no id yet sends the one, and nothing in the other.
    let mut by_address = ann.streams_from(&format!("/stream?after={start}"), &[("Last-Event-ID", "")]).await;
    let mut by_header = ann.streams_from("/stream?after=", &[("Last-Event-ID", &start)]).await;

    for stream in [&mut by_address, &mut by_header] {
        let hello = stream.says_hello().await;
        assert_eq!((hello.id.as_ref(), hello.data["resumed"].as_bool()), (Some(&start), Some(true)));
        assert_eq!(stream.next_post().await, missed);
    }
}

#[tokio::test]
async fn a_stream_answers_in_the_form_it_was_asked_in() {
    let app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    app.signs_up("bea", Role::Member).await;
    let start = ann.reads_feed().await.cursor;
    let check = start.split('-').nth(2).unwrap();
    assert!(check.len() == 6 && check.bytes().all(|b| b.is_ascii_lowercase()), "{start}");
    let mut long = ann.follows(&start).await;
    let mut short = ann.streams_from("/stream", &[("Last-Event-ID", &in_short_form(&start))]).await;
    let hello = short.says_hello().await;
    assert_eq!(hello.id, Some(in_short_form(&start)));
    assert!(is_short(hello.data["head"].as_str().unwrap()), "{hello:?}");

    // At the same place, one after the other: what one of them is given is not what the other is.
    for number in 0..20 {
        boss.publishes(Draft::news(&format!("Number {number}"))).await;
        let (one, other) = (long.next("post").await, short.next("post").await);
        let (one_id, other_id) = (one.id.as_deref().unwrap(), other.id.as_deref().unwrap());
        assert_eq!((one_id, other_id), (one.data["event"].as_str().unwrap(), &*in_short_form(one_id)));
        assert_eq!(other.data["event"].as_str(), Some(other_id));
    }
    boss.publishes(Draft::news("Only for Bea").to(&["bea"])).await;
    assert!(is_short(&pinged(&mut short).await));
    let ping = pinged(&mut long).await;
    assert_eq!(ping, ann.reads_feed().await.cursor, "what was passed over is known as well");
    assert!(
        ann.streams_from("/stream", &[("Last-Event-ID", &ping)]).await.says_hello().await.data["resumed"]
            == true
    );

    let gone = in_short_form(&start).replace(start.split('-').next().unwrap(), "zzzzzzzzzzzz");
    let mut reset = ann.streams_from("/stream", &[("Last-Event-ID", &gone)]).await;
    is_reset(&mut reset, &in_short_form(&ping), &gone).await;
}

/// The cursor that the next ping with one has.
async fn pinged(stream: &mut Stream) -> String {
    loop {
        let event = stream.next_event().await.unwrap();
        assert_eq!(event.name, "ping");
        if let Some(id) = event.id {
            return id;
        }
    }
}

#[tokio::test]
async fn a_log_that_lost_its_end_while_nobody_looked_serves_nobody_who_was_ahead() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let behind = head_after_one_post(&boss).await;
    let mut lost = vec![];
    for _ in 0..3 {
        lost.push(head_after_one_post(&boss).await);
    }
    // What data that is put back without its sequences and its epoch's row comes to, on either database.
    app.stop().await;
    let (id, post) = (number(&behind), newest_post(&app).await - 3);
    for statement in [
        format!("DELETE FROM events WHERE id > {id}"),
        format!("DELETE FROM posts WHERE id > {post}"),
        format!("UPDATE counter SET last_id = {id}"),
    ] {
        app.sql(&statement).await;
    }
    app.restart().await;

    let mut found = vec![];
    let mut posts = vec![];
    for title in ["One", "Two", "Three"] {
        let post = boss.publishes(Draft::news(title)).await;
        let mut stream = boss.follows(&behind).await;
        stream.posts_until(post).await;
        posts.push(post);
        found.push(stream.cursor);
    }
    knows_them_apart(&ann, &lost, &found).await;
    assert_eq!(ann.follows(&behind).await.next_posts(3).await, posts);

    // The same where memory does not reach back: a server that has just started reads a thousand events.
    app.stop().await;
    app.sql(
        "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) \
         SELECT last_id + i, i, 'rights', 999, 'revoked', (SELECT max(created_ms) FROM events) FROM n, counter",
    )
    .await;
    app.sql("UPDATE counter SET last_id = last_id + 1200").await;
    app.restart().await;
    knows_them_apart(&ann, &lost, &found).await;
    assert_eq!(ann.follows(&behind).await.next_posts(3).await, posts);

    // What was trimmed is not checked, if nothing after it is missing.
    app.sql(&format!("DELETE FROM events WHERE id <= {}", number(&lost[2]))).await;
    assert!(resumes(&ann, &lost[2]).await);
    assert!(!resumes(&ann, &lost[1]).await);
}

/// Cursors of the same numbers: those of events that are gone are reset, those of events that are there go on.
async fn knows_them_apart(person: &Person, lost: &[String], found: &[String]) {
    for (lost, found) in lost.iter().zip(found) {
        assert_eq!(number(lost), number(found));
        assert!(!resumes(person, lost).await, "{lost}");
        assert!(resumes(person, found).await, "{found}");
        assert!(resumes(person, &in_short_form(lost)).await, "an older build's cursor says no more");
    }
}

/// The newest post's number.
async fn newest_post(app: &TestApp) -> i64 {
    app.asks_database("SELECT max(id) FROM posts").await.try_get_by_index(0).unwrap()
}

/// The number in a cursor.
pub(super) fn number(cursor: &str) -> i64 {
    cursor.split('-').nth(1).unwrap().parse().unwrap()
}

/// The cursor as older builds write it.
pub(super) fn in_short_form(cursor: &str) -> String {
    cursor.split('-').take(2).collect::<Vec<_>>().join("-")
}

fn is_short(cursor: &str) -> bool {
    cursor.split('-').count() == 2
}

#[tokio::test]
async fn without_a_cursor_a_stream_starts_at_the_head() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let head = head_after_one_post(&boss).await;
    let mut streams = vec![
        ann.streams_from("/stream", &[]).await,
        ann.streams_from("/stream?after=", &[]).await,
        ann.streams_from("/stream", &[("Last-Event-ID", "")]).await,
    ];
    for stream in &mut streams {
        let hello = stream.says_hello().await;
        assert_eq!((hello.id.as_ref(), hello.data["resumed"].as_bool()), (Some(&head), Some(false)));
    }

    let new = boss.publishes(Draft::news("New")).await;

    for stream in &mut streams {
        assert_eq!(stream.next_post().await, new, "no reset, and nothing old");
    }
}

#[tokio::test]
async fn a_cursor_that_cannot_be_served_is_reset_and_never_met_with_silence() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let head = head_after_one_post(&boss).await;
    let [epoch, id, check] = head.split('-').collect::<Vec<_>>().try_into().unwrap();
    let next: i64 = id.parse::<i64>().unwrap() + 1;

    for cursor in [
        format!("{epoch}-{next}-{check}"),
        format!("{epoch}-{}-{check}", i64::MAX),
        format!("{epoch}-{id}-{}", if check == "aaaaaa" { "bbbbbb" } else { "aaaaaa" }),
        format!("{epoch}-{id}-{check}x"),
        format!("{epoch}-{id}-{check}-{check}"),
        format!("{epoch}-{id}-"),
        format!("zzzzzzzzzzzz-{id}-{check}"),
        format!("{epoch}-99999999999999999999"),
        format!("{epoch}--1"),
        format!("{epoch}-"),
        format!("{epoch}-1 x"),
        epoch.into(),
        "1".into(),
        "-".into(),
        "' OR 1=1 --".into(),
        "x".repeat(5000),
    ] {
        let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &cursor)]).await;
        is_reset(&mut stream, &head, &cursor).await;
    }
    let mut stream = ann.streams_from("/stream?after=%00%ff%0d%0aid:1", &[]).await;
    is_reset(&mut stream, &head, "by address").await;

    let new = boss.publishes(Draft::news("New")).await;
    assert_eq!(stream.next_post().await, new, "it goes on from the head");
}

/// A cursor that memory has reached too: the page may be rendered a moment before that.
pub(super) async fn head_after_one_post(boss: &Person) -> String {
    let mut stream = boss.opens_stream().await;
    boss.publishes(Draft::news("Old")).await;
    stream.next_post().await;
    stream.cursor
}

/// The stream says that it could not resume, and where it goes on from.
pub(super) async fn is_reset(stream: &mut Stream, head: &str, cursor: &str) {
    let hello = stream.says_hello().await;
    assert_eq!(hello.data["resumed"], false, "{cursor}");
    let reset = stream.next("reset").await;
    assert_eq!((reset.id.as_deref(), reset.data["head"].as_str()), (Some(head), Some(head)), "{cursor}");
}

#[tokio::test]
async fn a_cursor_that_is_merely_ahead_of_memory_waits_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    for count in 0..6 {
        let name = format!("other{count}");
        app.signs_up(&name, Role::Member).await;
        let head = ann.reads_feed().await.cursor;
        let epoch = head.split('-').next().unwrap();

        // Another process appends an event, and the server notices by itself only a moment later. Another node could
        // tell its check.
        app.runs(&["user", "disable", &name], "").await;
        let ahead = match count % 2 {
            0 => format!("{epoch}-{}", number(&head) + 1),
            _ => cursor_in_table(&app, epoch).await,
        };
        let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &ahead)]).await;
        let hello = stream.says_hello().await;

        assert_eq!((hello.data["resumed"].as_bool(), hello.id), (Some(true), Some(ahead)));
        let post = boss.publishes(Draft::news("Then")).await;
        assert_eq!(stream.next_post().await, post);
    }
}

/// The newest event's cursor, from what the table says of it.
async fn cursor_in_table(app: &TestApp, epoch: &str) -> String {
    let row = app.asks_database("SELECT id, nonce FROM events ORDER BY id DESC LIMIT 1").await;
    let (id, nonce): (i64, i64) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
    let mut rest = nonce.cast_unsigned();
    let mut check = String::new();
    for _ in 0..6 {
        check.push((b'a' + (rest % 26) as u8) as char);
        rest /= 26;
    }
    format!("{epoch}-{id}-{check}")
}

#[tokio::test]
async fn a_cursor_older_than_the_log_reaches_is_reset_and_the_posts_stay() {
    let mut app = TestApp::start_with(&["--keep-events", "2s"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let old = ann.reads_feed().await.cursor;
    let mut posts = vec![boss.publishes(Draft::news("One")).await, boss.publishes(Draft::news("Two")).await];

    // What is still in memory is still served, so every look is at a server that has just started.
    let deadline = Instant::now() + PATIENCE;
    while resumes(&ann, &old).await {
        assert!(Instant::now() < deadline, "the log forgets");
        app.stop().await;
        app.restart().await;
    }

    posts.reverse();
    assert_eq!(ann.reads_feed().await.posts, posts, "posts stay");
    let head = ann.reads_feed().await.cursor;
    assert!(resumes(&ann, &head).await, "who has seen everything has missed nothing");
    let mut stream = ann.follows(&head).await;
    let new = boss.publishes(Draft::news("Three")).await;
    assert_eq!(stream.next_post().await, new);
}

async fn resumes(person: &Person, cursor: &str) -> bool {
    let mut stream = person.streams_from("/stream", &[("Last-Event-ID", cursor)]).await;
    stream.says_hello().await.data["resumed"] == true
}

#[tokio::test]
async fn a_page_a_thousand_posts_behind_reads_its_list_anew() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let start = ann.reads_feed().await.cursor;
    let publishers: Vec<_> = (0..4)
        .map(|_| {
            let boss = boss.clone();
            tokio::spawn(async move {
                for _ in 0..250 {
                    boss.publishes(Draft::news("One of many")).await;
                }
            })
        })
        .collect();
    for publisher in publishers {
        publisher.await.unwrap();
    }
    let mut stream = ann.follows(&start).await;
    let mut posts = stream.next_posts(1000).await;
    assert!(posts.is_sorted() && ann.reads_whole_feed().await.len() == 1000);
    posts.dedup();
    assert_eq!(posts.len(), 1000);

    let head = head_after_one_post(&boss).await;
    let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &start)]).await;

    is_reset(&mut stream, &head, &start).await;
}
