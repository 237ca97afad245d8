//! A stop comes to an end, and loses nothing.

use std::time::{Duration, Instant};

use tokio::net::TcpStream;

use crate::support::{Draft, Raw, TestApp, eventually, post_at};

#[tokio::test]
async fn a_stop_tells_streams_and_ends_within_ten_seconds() {
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;
    let mut streams = [ann.opens_stream().await, ann.opens_stream().await];
    let mut idle = Raw::connects(&app).await;
    idle.says(&Raw::head(&ann, "GET", "/healthz", "")).await;
    idle.reads_until("\r\n\r\n").await;
    let mut half = Raw::connects(&app).await;
    half.says("GET / HTTP/1.1\r\nHost: x\r\n").await;
    let mut stuck = Raw::connects_narrow(&app).await;
    stuck.says(&Raw::head(&ann, "GET", "/stream", "")).await;
    let start = Instant::now();

    // What they were told when they began.
    streams.iter_mut().for_each(|stream| stream.parser.retry = None);
    app.tells_to_stop();

    for stream in &mut streams {
        assert_eq!(stream.says_bye().await, "restart");
        assert!(stream.parser.retry.is_some_and(|ms| (1000..=5000).contains(&ms)), "when to come back");
    }
    assert_eq!(app.has_stopped().await, Some(0));
    assert!(start.elapsed() < Duration::from_secs(13), "{:?}", start.elapsed());
    assert!(TcpStream::connect(("127.0.0.1", app.port)).await.is_err(), "nobody is taken on any more");
    app.restart().await;
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn what_is_under_way_at_a_stop_is_still_answered() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let lock = app.locks_database().await;
    let mut publishing = Raw::connects(&app).await;
    let form = "kind=news&title=Just+in+time&audience=everyone";
    let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
    let more = format!("{kind}Content-Length: {}\r\n", form.len());
    publishing.says(&(Raw::head(&boss, "POST", "/admin/posts", &more) + form)).await;
    let port = publishing.socket.local_addr().unwrap().port();
    eventually("the request is read, and the lock holds its answer back", async || {
        app.connections().iter().any(|known| known.peer == port && !known.has_unread).then_some(())
    })
    .await;

    app.tells_to_stop();
    eventually("nobody is taken on any more", async || {
        TcpStream::connect(("127.0.0.1", app.port)).await.is_err().then_some(())
    })
    .await;
    lock.rollback().await.unwrap();
    let answer = publishing.reads_until("\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    let location = answer.lines().find(|line| line.to_lowercase().starts_with("location: ")).unwrap();
    let post = post_at(location["location: ".len()..].trim());

    assert_eq!(app.has_stopped().await, Some(0));
    app.restart().await;
    assert_eq!(boss.reads_feed().await.posts, [post]);
}

#[tokio::test]
async fn a_server_whose_log_cannot_be_written_goes_on_and_stops_all_the_same() {
    let mut app = TestApp::start_after("exec 2>/dev/full", &[]).await;
    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;

    let post = boss.publishes(Draft::news("Nobody reads this log")).await;

    assert_eq!(stream.next_post().await, post);
    assert_eq!(app.stop().await, Some(0));
}

#[tokio::test]
async fn whatever_signal_asks_for_the_end_the_streams_are_told_and_it_is_in_order() {
    use rustix::process::{Signal, kill_process};
    for signal in [Signal::INT, Signal::QUIT, Signal::HUP] {
        let mut app = TestApp::start().await;
        let ann = app.member("ann").await;
        let mut stream = ann.opens_stream().await;

        kill_process(app.pid(), signal).unwrap();

        assert_eq!(stream.says_bye().await, "restart", "{signal:?}");
        assert_eq!(app.has_stopped().await, Some(0), "{signal:?}");
    }
}
