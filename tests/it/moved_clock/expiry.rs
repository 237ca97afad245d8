//! Posts that expire as the clock goes on.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::DateTime, tz::TimeZone};

use crate::support::{Draft, TestApp, TestClock, eventually};

/// How many posts have expired. Each is another version by that.
async fn expired(app: &TestApp) -> i64 {
    let versions = "SELECT CAST(SUM(version - 1) AS BIGINT) FROM posts";
    app.asks_database(versions).await.try_get_by_index(0).unwrap()
}

/// Moves the clock from the one time to the other.
fn moves(clock: &TestClock, from: Timestamp, to: Timestamp) {
    clock.advances(Duration::try_from(to.duration_since(from)).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_expires_once_at_its_time_over_midnight_and_where_the_clocks_change() {
    let vienna = TimeZone::get("Europe/Vienna").unwrap();
    let clock = TestClock::create();
    let options = ["--session-idle", "1000d", "--session-lifetime", "1000d"];
    let mut app = TestApp::start_after(&clock.before(), &options).await;
    let boss = app.admin("boss").await;
    let now = Timestamp::now();
    let midnight = now.to_zoned(vienna.clone()).date().tomorrow().unwrap().tomorrow().unwrap().at(0, 0, 0, 0);
    // In the hour that is passed over, and in the one that there is twice, of which the first is meant.
    let mut times = [midnight, next_change(&vienna, now, true), next_change(&vienna, now, false)];
    times.sort();
    for time in times {
        for typed in [time - 1.minutes(), time] {
            let typed = typed.strftime("%Y-%m-%dT%H:%M").to_string();
            let draft = Draft::news("Soup").with("expires", &typed).with("zone", "Europe/Vienna");
            boss.publishes(draft).await;
        }
    }

    let (mut at, mut count) = (Timestamp::now(), 0);
    for time in times {
        let due = time.to_zoned(vienna.clone()).unwrap().timestamp();
        moves(&clock, at, due - 30.seconds());
        let has_one = async || (expired(&app).await == count + 1).then_some(());
        eventually("the one that was due a minute earlier, and not the other", has_one).await;
        moves(&clock, due - 30.seconds(), due + 1.seconds());
        let has_both = async || (expired(&app).await == count + 2).then_some(());
        eventually("the other", has_both).await;
        // With the machine's own clock, until that is moved again.
        app.kill().await;
        clock.is_right();
        app.restart().await;
        at = Timestamp::now();
        moves(&clock, at, due + 2.minutes());
        at = due + 2.minutes();
        count += 2;
        assert_eq!(expired(&app).await, count);
    }
    // Whoever looks once more finds nothing.
    app.kill().await;
    clock.is_right();
    app.restart().await;
    assert_eq!(expired(&app).await, count);
}

/// Half past two of the day on which the clocks are next set forward, or back.
fn next_change(zone: &TimeZone, now: Timestamp, is_forward: bool) -> DateTime {
    let is_such = |at: Timestamp| (zone.to_offset(at) > zone.to_offset(at - 1.hours())) == is_forward;
    let change = zone.following(now).map(|change| change.timestamp()).find(|at| is_such(*at));
    change.unwrap().to_zoned(zone.clone()).date().at(2, 30, 0, 0)
}
