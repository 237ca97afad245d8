//! Quiet hours as the clock goes on.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::support::{Draft, Person, TestApp, TestClock, eventually};

const HOUR: Duration = Duration::from_secs(60 * 60);

async fn is_told(person: &Person, post: i64) -> bool {
    person.gets(&format!("/posts/{post}/telling")).await.status == 200
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_quiet_is_told_again_when_the_hours_are_over() {
    let clock = TestClock::create();
    let app = TestApp::start_after(&clock.before(), &[]).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let post = boss.publishes(Draft::news("Now")).await;
    let now = Timestamp::now().to_zoned(TimeZone::UTC);
    let (from, to) = (&now - 2.hours(), &now + 2.hours());
    let day = from.weekday().to_monday_one_offset();
    let fields = [
        ("alerts".to_owned(), "all".to_owned()),
        (format!("from-{day}"), from.strftime("%H:%M").to_string()),
        (format!("to-{day}"), to.strftime("%H:%M").to_string()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(ann.posts("/account/preferences/quiet", &fields).await.status, 303);
    assert!(!is_told(&ann, post).await);

    clock.advances(HOUR * 3);
    eventually("the hours are over", async || is_told(&ann, post).await.then_some(())).await;

    let until = (&now + 5.hours()).strftime("%Y-%m-%dT%H:%M").to_string();
    assert_eq!(ann.posts("/account/quiet", &[("until", &until)]).await.status, 303);
    assert!(!is_told(&ann, post).await);
    clock.advances(HOUR * 3);
    eventually("the time is over", async || is_told(&ann, post).await.then_some(())).await;
    // A week later, the hours are there again.
    clock.advances(HOUR * (7 * 24 - 6));
    eventually("it is quiet again", async || (!is_told(&ann, post).await).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_only_asks_what_to_tell_does_not_keep_its_session() {
    let clock = TestClock::create();
    let app = TestApp::start_after(&clock.before(), &["--session-idle", "1d"]).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let post = boss.publishes(Draft::news("Now")).await;
    assert!(is_told(&ann, post).await);

    for _ in 0..3 {
        clock.advances(HOUR * 9);
        is_told(&ann, post).await;
    }

    assert!(!ann.is_signed_in().await);
}
