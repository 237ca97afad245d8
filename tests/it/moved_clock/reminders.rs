//! Reminders as the clock goes on: over midnight, over the nights in which clocks are put forward and back, and over a time
//! in which no server ran.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

use crate::support::{Draft, Person, TestApp, TestClock, eventually};

const MINUTE: Duration = Duration::from_secs(60);

const ZONE: &str = "Europe/Vienna";

fn reminds(title: &str, every: &str) -> Draft {
    Draft::alert("critical", title).with("acknowledge", "on").with("remind_every", every)
}

async fn reminders(app: &TestApp) -> i64 {
    let row = app.asks_database("SELECT COUNT(*) FROM post_acts WHERE act = 'reminded'").await;
    row.try_get_by_index(0).unwrap()
}

/// Waits until there were so many, and none more within a second and a half.
async fn are_sent(app: &TestApp, count: i64) {
    eventually("they are sent", async || (reminders(app).await >= count).then_some(())).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert_eq!(reminders(app).await, count);
}

/// What the roster says of the next reminder.
async fn next(boss: &Person, post: i64) -> String {
    let page = boss.gets(&format!("/admin/posts/{post}/roster")).await.text;
    let (_, rest) = page.split_once("Next reminder <time").unwrap_or_else(|| panic!("{page}"));
    rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_come_as_often_as_was_said_on_the_night_that_clocks_are_changed() {
    let zone = TimeZone::get(ZONE).unwrap();
    for change in zone.following(Timestamp::now()).take(2).map(|change| change.timestamp()) {
        let clock = TestClock::create();
        let app = TestApp::start_after(&clock.before(), &["--time-zone", ZONE]).await;
        app.admin("boss").await;
        app.member("ann").await;
        // Shortly before midnight.
        let until = change.as_second() - Timestamp::now().as_second() - 3 * 3600 - 600;
        clock.advances(Duration::from_secs(until.unsigned_abs()));
        let boss = app.signs_in("boss").await;
        let post = boss.publishes(reminds("Leave", "60")).await;

        for round in 1..=6 {
            clock.advances(MINUTE * 60);
            are_sent(&app, round).await;
        }

        let boss = app.signs_in("boss").await;
        let seven = Timestamp::from_second(change.as_second() - 3 * 3600 - 600 + 7 * 3600).unwrap();
        let hour = seven.to_zoned(zone.clone()).strftime("%H:").to_string();
        assert!(next(&boss, post).await.contains(&hour), "{} has {hour}", next(&boss, post).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_time_without_a_server_one_reminder_is_sent_and_twelve_in_all() {
    let clock = TestClock::create();
    let mut app = TestApp::start_after(&clock.before(), &[]).await;
    let boss = app.admin("boss").await;
    app.member("ann").await;
    boss.publishes(reminds("Leave", "5")).await;
    clock.advances(MINUTE * 5);
    are_sent(&app, 1).await;

    app.kill().await;
    clock.advances(MINUTE * 60);
    app.restart().await;
    are_sent(&app, 2).await;

    for round in 3..=12 {
        clock.advances(MINUTE * 5);
        are_sent(&app, round).await;
    }
    clock.advances(MINUTE * 60 * 24);
    are_sent(&app, 12).await;
}
