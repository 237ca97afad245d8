//! What happens after days: the machine tells the program another time.

mod duty;
mod expiry;
mod quiet;
mod reminders;

use std::time::Duration;

use crate::support::{TestApp, TestClock};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_was_not_used_for_a_day_ends_with_its_streams() {
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

    // A day and a third in all.
    for _ in 0..2 {
        clock.advances(DAY * 2 / 3);
        assert_eq!(boss.gets("/").await.status, 200);
    }

    clock.advances(DAY * 2);
    assert!(!boss.is_signed_in().await, "that was a use, and the last");
}
