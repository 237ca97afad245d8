//! Readers of every kind: quick ones, slow ones, and other people's parsers.

use std::{
    io::ErrorKind,
    time::{Duration, Instant},
};

use eventsource_stream::Eventsource;
use futures_util::{StreamExt, stream};
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::runtime::Runtime;

use crate::support::{Draft, Parser, Raw, TestApp, eventually, new_word};

#[tokio::test]
async fn what_is_published_here_does_not_wait_for_the_next_look_at_the_table() {
    const POSTS: usize = 20;
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;

    let mut times = vec![];
    for _ in 0..POSTS {
        let post = boss.publishes(Draft::news("Quick")).await;
        let start = Instant::now();
        assert_eq!(stream.next_post().await, post);
        times.push(start.elapsed());
    }

    // By looking each second, nearly all of them would take most of one. A machine that is busy now and then does not count.
    times.sort_unstable();
    assert!(times[POSTS / 2] < Duration::from_millis(300), "{times:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_too_slow_for_memory_catches_up_from_the_table() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let bea = app.member("bea").await;
    let start = ann.reads_feed().await.cursor;
    let mut slow = ann.opens_stream().await;
    let mut quick = bea.opens_stream().await;
    let body = "x".repeat(64_000);

    // More than the log keeps in memory, and far more than sockets hold.
    let mut anns = vec![];
    for number in 0..560 {
        let draft = Draft::news(&format!("Number {number}")).body(&body);
        let for_bea_only = number % 7 == 0;
        let post = boss.publishes(if for_bea_only { draft.to(&["bea"]) } else { draft }).await;
        assert_eq!(quick.next_post().await, post, "a slow reader delays nobody");
        if !for_bea_only {
            anns.push(post);
        }
    }

    let mut read = vec![];
    while read.last() != anns.last() {
        match slow.next_event().await {
            Some(event) if event.name == "post" => read.push(event.post()),
            Some(event) => assert_eq!(event.name, "ping"),
            // A reader who stands still for long is cut off, and comes back as browsers do.
            None => slow = ann.follows(&slow.cursor).await,
        }
    }
    assert_eq!(read, anns, "from the table, too, only what is hers");
    assert_eq!(ann.follows(&start).await.next_posts(anns.len()).await, anns);
}

#[tokio::test]
async fn a_reader_who_takes_nothing_loses_the_stream_with_the_right() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stuck = Raw::connects_narrow(&app).await;
    stuck.says(&Raw::head(&ann, "GET", "/stream", "Accept: text/event-stream\r\n")).await;
    let live = async || boss.gets("/admin/people").await.text.contains("Live now");
    eventually("ann is live", async || live().await.then_some(())).await;
    let body = "x".repeat(64_000);
    for number in 0..80 {
        boss.publishes(Draft::news(&format!("Number {number}")).body(&body)).await;
    }

    app.runs(&["user", "passwd", "ann"], &new_word()).await;
    boss.publishes(Draft::news("After that")).await;

    eventually("ann is gone", async || (!live().await).then_some(())).await;
    let (came, _) = stuck.is_closed_within(crate::support::TIMEOUT).await;
    assert!(!came.contains("After that"));
}

#[tokio::test]
async fn a_reader_who_takes_little_keeps_the_stream_and_one_who_takes_nothing_does_not() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut readers = [Raw::connects_narrow(&app).await, Raw::connects_narrow(&app).await];
    for reader in &mut readers {
        reader.says(&Raw::head(&ann, "GET", "/stream", "Accept: text/event-stream\r\n")).await;
        reader.reads_until("event: hello").await;
    }
    let body = "x".repeat(64_000);
    for number in 0..10 {
        boss.publishes(Draft::news(&format!("Number {number}")).body(&body)).await;
    }

    let [sipping, mut stuck] = readers;
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        match sipping.socket.try_read(&mut [0; 1024]) {
            Ok(count) => assert!(count > 0, "the stream was ended"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
        }
    }

    stuck.is_closed_within(crate::support::TIMEOUT).await;
}

#[test]
fn whatever_is_typed_is_read_alike_by_two_parsers() {
    let runtime = Runtime::new().unwrap();
    let app = runtime.block_on(TestApp::start());
    let (boss, ann) = runtime.block_on(async { (app.admin("boss").await, app.member("ann").await) });
    let mut wire = runtime.block_on(Raw::connects(&app));
    runtime.block_on(wire.says(&Raw::head(&ann, "GET", "/stream", "Connection: close\r\n")));
    let hello = runtime.block_on(wire.reads_until("event: hello"));
    let title = "[^\\p{Cc}\\s]([^\\p{Cc}]{0,60}[^\\p{Cc}\\s])?";
    let text = "(\r\n|\n|data: |event: bye|id: 1|:|\u{2028}|\u{85}|\u{feff}|<[a-z/]{0,6}>|\\PC){0,40}";
    let mut sent = vec![];

    let mut runner =
        TestRunner::new(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&(title, text), |(title, text)| {
            // A title of which nothing is seen is refused.
            let title = title + "a";
            let page = runtime.block_on(boss.sends(&Draft::news(&title).body(&text)));
            prop_assert_eq!(page.status, 303, "{:?}", page);
            Ok(())
        })
        .unwrap();

    runtime.block_on(async {
        let feed = ann.reads_whole_feed().await;
        let last = boss.publishes(Draft::news("The last of them")).await;
        let (posts, end) = (wire.reads_until("The last of them").await, wire.reads_until("\n\n").await);
        let came = [hello, posts, end].concat();
        let body = dechunked(&came);
        let mut ours = Parser::default();
        ours.feed(body.as_bytes());
        let theirs: Vec<_> =
            stream::iter([Ok::<_, std::io::Error>(body.as_bytes())]).eventsource().collect().await;

        let theirs: Vec<_> = theirs.into_iter().map(|event| event.unwrap()).collect();
        assert_eq!(theirs.len(), ours.events.len());
        for (one, other) in ours.events.iter().zip(&theirs) {
            assert_eq!(one.name, other.event);
            assert_eq!(one.data, serde_json::from_str::<serde_json::Value>(&other.data).unwrap());
            assert!(one.id.as_ref().is_none_or(|id| *id == other.id));
            if one.name == "post" {
                sent.push(one.post());
                let page = ann.gets(one.data["url"].as_str().unwrap()).await;
                let title = crate::support::unescape(page.text.split("<h1").nth(1).unwrap());
                assert!(title.contains(one.data["title"].as_str().unwrap()), "{one:?}");
            }
        }
        let expected: Vec<i64> = feed.into_iter().rev().chain([last]).collect();
        assert_eq!(sent, expected);
    });
}

/// The body of an answer, whether it came in chunks or not.
fn dechunked(answer: &str) -> String {
    let (head, mut rest) = answer.split_once("\r\n\r\n").unwrap();
    if !head.to_lowercase().contains("transfer-encoding: chunked") {
        return rest.to_owned();
    }
    let mut body = vec![];
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        let Some(chunk) = after.as_bytes().get(..size) else { break };
        body.extend_from_slice(chunk);
        rest = after.get(size + 2..).unwrap_or("");
    }
    String::from_utf8(body).unwrap()
}
