//! Cursors that cannot be served: the stream says so, and where it goes on from.

use std::time::Instant;

use super::{head_after_one_post, in_short_form, is_reset, number};
use crate::support::{Draft, Person, Program, Role, Stream, TIMEOUT, TestApp};

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
        format!("DELETE FROM audiences WHERE number > {id}"),
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
    let deadline = Instant::now() + TIMEOUT;
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

#[tokio::test]
async fn what_only_a_newer_build_knows_is_passed_over_and_what_comes_after_it_arrives() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let robot = Program::of(&app, "boss", "stream").await;
    let start = head_after_one_post(&boss).await;
    let (mut page, mut program) = (ann.follows(&start).await, robot.follows(&start).await);

    let before = boss.publishes(Draft::news("Before")).await;
    app.sql(
        "INSERT INTO events (id, nonce, kind, post_id, created_ms) \
         SELECT last_id + 1, 7, 'from-the-future', (SELECT max(id) FROM posts), (SELECT max(created_ms) FROM events) \
         FROM counter",
    )
    .await;
    app.sql("UPDATE counter SET last_id = last_id + 1").await;
    let after = boss.publishes(Draft::news("After")).await;

    for stream in [&mut page, &mut program] {
        is_told_to_start_over_between(stream, before, after).await;
    }

    // The same where memory does not reach back.
    app.stop().await;
    app.sql(
        "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) \
         SELECT last_id + i, i, 'rights', 999, 'revoked', (SELECT max(created_ms) FROM events) FROM n, counter",
    )
    .await;
    app.sql("UPDATE counter SET last_id = last_id + 1200").await;
    app.restart().await;
    for mut stream in [ann.follows(&start).await, robot.follows(&start).await] {
        is_told_to_start_over_between(&mut stream, before, after).await;
    }
}

/// Each of the three in the order of the log, and no other cursor than one that is in it.
async fn is_told_to_start_over_between(stream: &mut Stream, before: i64, after: i64) {
    assert_eq!(stream.next_post().await, before);
    let known = number(&stream.cursor);
    let reset = stream.next("reset").await;
    assert_eq!(number(reset.id.as_deref().unwrap()), known + 1);
    assert_eq!(reset.data["head"].as_str(), reset.id.as_deref());
    assert_eq!(stream.next_post().await, after);
}
