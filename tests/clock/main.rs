//! What happens after days, in a program whose clock tests move. `it::server::clock` tries the program that people get.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, unused_imports, reason = "a part of these words is enough here")]
#[path = "../support/mod.rs"]
mod support;

mod duty;
mod expiry;
mod quiet;
mod reminders;

use std::time::Duration;

use crate::support::{TestApp, TestClock, eventually};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_not_used_for_a_day_ends_with_its_streams() {
    assert!(TestClock::is_known_to_the_program());
    let clock = TestClock::create();
    let app = TestApp::start_after(&clock.before(), &["--session-idle", "1d"]).await;
    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;

    clock.advances(DAY);

    assert_eq!(stream.says_bye().await, "expired");
    assert!(!boss.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_used_within_the_day_stays() {
    let clock = TestClock::create();
    let app = TestApp::start_after(&clock.before(), &["--session-idle", "1d"]).await;
    let boss = app.admin("boss").await;

    clock.advances(DAY * 2 / 3);
    let is_moved = async || app.logs().contains("The clock was moved").then_some(());
    eventually("the clock was moved", is_moved).await;

    assert!(boss.is_signed_in().await);
}
