//! Where a stream goes on from.

mod resets;

use crate::support::{Draft, Person, Role, Stream, TestApp};

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
