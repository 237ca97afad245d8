//! A server with nothing to do is late for nothing.

use std::time::{Duration, Instant, SystemTime};

use crate::{
    posts::expiry::{has_expired, times_expired},
    support::{Draft, TestApp},
};

/// What is noticed within a second is noticed within this on a busy machine.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn what_is_due_is_done_at_its_time_though_nothing_is_written_meanwhile() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("Until then").with("expires", "2999-12-24T08:00")).await;
    // The server has seen when it is due.
    tokio::time::sleep(Duration::from_secs(2)).await;

    // By another process, and earlier than it was.
    let in_4_s = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + Duration::from_secs(4);
    let earlier = format!("UPDATE posts SET expires_ms = {} WHERE id = {post}", in_4_s.as_millis());
    app.sql(&earlier).await;
    let moved = Instant::now();
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(times_expired(&app).await, 0);
    has_expired(&app, post).await;

    let after = moved.elapsed();
    assert!(after > Duration::from_secs(3) && after < Duration::from_secs(4) + SOON, "{after:?}");
}

#[tokio::test]
async fn what_a_command_changes_is_noticed_by_a_server_with_nothing_to_do() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    tokio::time::sleep(Duration::from_secs(2)).await;

    assert_eq!(app.runs(&["user", "disable", "ann"], "").await.code, Some(0));
    let disabled = Instant::now();

    stream.says_bye().await;
    assert!(disabled.elapsed() < SOON, "{:?}", disabled.elapsed());
}
