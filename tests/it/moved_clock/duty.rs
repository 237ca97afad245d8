//! Who is on duty as the clock goes on.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::support::{Draft, Person, TestApp, TestClock, eventually, makes_group};

async fn is_told(person: &Person, post: i64) -> bool {
    person.gets(&format!("/posts/{post}/telling")).await.status == 200
}

/// The day on which the clocks are next set forward, or back.
fn next_change(zone: &TimeZone, now: Timestamp, is_forward: bool) -> Date {
    let is_such = |at: Timestamp| (zone.to_offset(at) > zone.to_offset(at - 1.hours())) == is_forward;
    let change = zone.following(now).map(|change| change.timestamp()).find(|at| is_such(*at));
    change.unwrap().to_zoned(zone.clone()).date()
}

#[tokio::test(flavor = "multi_thread")]
async fn duty_begins_and_ends_by_the_plan_over_midnight_and_where_the_clocks_change() {
    let vienna = TimeZone::get("Europe/Vienna").unwrap();
    let clock = TestClock::create();
    let options = ["--session-idle", "1000d", "--session-lifetime", "1000d"];
    let app = TestApp::start_after(&clock.before(), &options).await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let group = makes_group(&boss, "Crew", &["ann"]).await;
    // Always quiet.
    let mut hours = vec![("alerts".to_owned(), "all".to_owned())];
    for day in 1..=7 {
        hours.push((format!("from-{day}"), "12:00".into()));
        hours.push((format!("to-{day}"), "12:00".into()));
    }
    let hours: Vec<_> = hours.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(ann.posts("/account/preferences/quiet", &hours).await.status, 303);
    let draft = Draft::alert("warning", "Ice").with("audience", "groups").and("groups", "Crew");
    let post = boss.publishes(draft).await;
    let now = Timestamp::now();
    let [forward, back] = [true, false].map(|is_forward| next_change(&vienna, now, is_forward));
    // Saturdays from before midnight to an hour that one Sunday does not have, and another has twice.
    let day = forward.yesterday().unwrap().weekday().to_monday_one_offset().to_string();
    let plan =
        [("who", "ann"), ("days", &*day), ("from", "23:30"), ("to", "02:30"), ("zone", "Europe/Vienna")];
    assert_eq!(boss.posts(&format!("{group}/duty/shifts"), &plan).await.status, 303);

    let mut at = now;
    let mut days = [forward, back];
    days.sort();
    for day in days {
        let wall = |day: Date, hour, minute| {
            day.at(hour, minute, 0, 0).to_zoned(vienna.clone()).unwrap().timestamp()
        };
        let eve = day.yesterday().unwrap();
        // The clocks pass over 02:30 at two; where they show it twice, duty ends with the second.
        let end = if day == forward { wall(day, 3, 0) } else { wall(day, 2, 30) + 1.hours() };
        for (moment, is_on_duty) in [
            (wall(eve, 23, 29), false),
            (wall(eve, 23, 31), true),
            (wall(day, 0, 1), true),
            (end - 1.minutes(), true),
            (end + 1.minutes(), false),
        ] {
            clock.advances(Duration::try_from(moment.duration_since(at)).unwrap());
            at = moment;
            let is_so = async || (is_told(&ann, post).await == is_on_duty).then_some(());
            eventually(&format!("{is_on_duty} at {moment}"), is_so).await;
        }
    }
}
