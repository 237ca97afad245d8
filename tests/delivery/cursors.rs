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
    let (epoch, id) = head.split_once('-').unwrap();
    let next: i64 = id.parse::<i64>().unwrap() + 1;

    for cursor in [
        format!("{epoch}-{next}"),
        format!("{epoch}-{}", i64::MAX),
        "zzzzzzzzzzzz-1".into(),
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
    for number in 0..5 {
        let name = format!("other{number}");
        app.signs_up(&name, Role::Member).await;
        let head = ann.reads_feed().await.cursor;
        let (epoch, id) = head.split_once('-').unwrap();
        let ahead = format!("{epoch}-{}", id.parse::<i64>().unwrap() + 1);

        // Another process appends an event, and the server notices by itself only a moment later.
        app.runs(&["user", "disable", &name], "").await;
        let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &ahead)]).await;
        let hello = stream.says_hello().await;

        assert_eq!((hello.data["resumed"].as_bool(), hello.id), (Some(true), Some(ahead)));
        let post = boss.publishes(Draft::news("Then")).await;
        assert_eq!(stream.next_post().await, post);
    }
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
