//! What goes wrong around the server: it is killed, its database is locked, its disk takes no more.

mod ends;
mod on_sqlite;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::time::{sleep, sleep_until, timeout};

use crate::support::{self, Draft, Person, TestApp, eventually, post_at};

const ROUNDS: usize = 20;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_across_twenty_rounds_of_kill_9() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let start = ann.reads_feed().await.cursor;
    let over = Arc::new(AtomicBool::new(false));
    let answered = Arc::new(Mutex::new(vec![]));
    let publishers: Vec<_> = (0..3)
        .map(|number| tokio::spawn(publishes_on(boss.clone(), number, answered.clone(), over.clone())))
        .collect();
    let last = Arc::new(Mutex::new(None));
    let readers: Vec<_> =
        (0..3).map(|_| tokio::spawn(follows_on(ann.clone(), start.clone(), last.clone()))).collect();

    for round in 1..=ROUNDS {
        let is_busy = || async { (answered.lock().unwrap().len() >= 6 * round).then_some(()) };
        eventually("six posts a round", is_busy).await;
        sleep(Duration::from_millis(rand::random_range(0..300))).await;
        app.kill().await;
        app.restart().await;
    }
    over.store(true, Relaxed);
    for publisher in publishers {
        publisher.await.unwrap();
    }
    let final_post = boss.publishes(Draft::news("The end")).await;
    *last.lock().unwrap() = Some(final_post);

    let mut feed = ann.reads_whole_feed().await;
    feed.reverse();
    let answered = answered.lock().unwrap().clone();
    assert!(answered.len() > 100, "there was something to lose: {}", answered.len());
    for post in &answered {
        assert!(feed.contains(post), "{post} was answered 303");
    }
    for reader in readers {
        let read = timeout(support::TIMEOUT * 3, reader).await.expect("readers catch up").unwrap();
        assert_eq!(read, feed);
    }
}

/// Publishes one post after another until it is over, and notes those that were answered.
async fn publishes_on(boss: Person, number: u32, answered: Arc<Mutex<Vec<i64>>>, over: Arc<AtomicBool>) {
    let mut count = 0;
    while !over.load(Relaxed) {
        count += 1;
        let draft = Draft::news(&format!("Number {count} of publisher {number}"));
        let request = boss.request(reqwest::Method::POST, "/admin/posts").form(&draft.fields());
        match request.send().await {
            Ok(response) => {
                assert_eq!(response.status(), 303);
                answered.lock().unwrap().push(post_at(response.headers()["location"].to_str().unwrap()));
            }
            Err(_) => sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Follows as a browser does, through every cut, until the last post; what it got, in order.
async fn follows_on(person: Person, mut cursor: String, last: Arc<Mutex<Option<i64>>>) -> Vec<i64> {
    let mut got = vec![];
    while got.last().is_none_or(|post| Some(*post) != *last.lock().unwrap()) {
        let Ok(mut stream) = person.tries_to_stream("/stream", &[("Last-Event-ID", &cursor)]).await else {
            sleep(Duration::from_millis(20)).await;
            continue;
        };
        assert_eq!(stream.status, 200);
        // The last post may be known only after it came: then the stream is quiet, and this looks again.
        while let Ok(Some(event)) = timeout(Duration::from_secs(2), stream.reads()).await {
            match event.name.as_str() {
                "post" => got.push(event.post()),
                "hello" => assert_eq!(event.data["resumed"], true),
                other => assert_eq!(other, "ping"),
            }
            cursor.clone_from(&stream.cursor);
        }
    }
    got
}

#[tokio::test]
async fn a_killed_server_signs_nobody_out() {
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;

    app.kill().await;
    app.restart().await;

    assert!(ann.is_signed_in().await);
    ann.opens_stream().await;
}

#[tokio::test]
async fn publishing_waits_for_a_database_that_is_locked_for_a_moment() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let lock = app.locks_database().await;
    let start = Instant::now();
    let publishing = tokio::spawn(async move { boss.publishes(Draft::news("Patience")).await });

    let read_meanwhile = ann.reads_feed().await;
    ann.opens_stream().await;
    let read_within = start.elapsed();
    // However long reading took: publishing gives up after five seconds.
    sleep_until((start + Duration::from_millis(3500)).into()).await;
    assert!(!publishing.is_finished(), "it waits");
    lock.rollback().await.unwrap();

    let post = publishing.await.unwrap();
    assert_eq!(read_meanwhile.posts, [] as [i64; 0]);
    assert!(read_within < Duration::from_secs(3), "readers do not wait for writers: {read_within:?}");
    assert_eq!(stream.next_post().await, post);
}

#[tokio::test]
async fn publishing_gives_up_on_a_locked_database_and_keeps_the_text() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let key = boss.gets("/admin/posts/new").await.field("key");
    let draft = Draft::alert("warning", "Low water").body("Until **six**.").to(&["ann"]).with("key", &key);
    let lock = app.locks_database().await;

    let sent = tokio::spawn({
        let (boss, draft) = (boss.clone(), draft.clone());
        async move { boss.sends(&draft).await }
    });
    let page = timeout(support::TIMEOUT, sent).await.unwrap().unwrap();

    assert_eq!(page.status, 503);
    assert_eq!((page.field("title").as_str(), page.typed_body().as_str()), ("Low water", "Until **six**."));
    assert!(page.has_ticked("severity", "warning") && page.has_chosen("recipients", "ann"));
    lock.rollback().await.unwrap();
    let post = boss.publishes(draft.with("key", &page.field("key"))).await;
    assert_eq!(stream.next_post().await, post, "once");
    assert_eq!(ann.reads_feed().await.posts, [post]);
}
