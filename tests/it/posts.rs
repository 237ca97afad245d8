//! From the form to the feed: what is accepted, what comes back, and how it is shown.

pub mod acknowledging;
mod alerts;
mod answering;
mod answering_for;
mod audience;
pub mod calls;

pub mod changes;
mod closed_groups;
mod coordinators;
mod deliveries;
mod drills;
mod edit;
pub mod escalation;
pub mod expiry;
pub mod first_page;
mod form;
mod neighbours;
mod of_server;
mod on_top;
mod picker;
mod pins;
mod plans;
mod record;
pub mod reminders;
mod repeats;
mod returning;
mod revisions;
mod roster;
mod scripts;
mod text;
mod upgrade;
mod withdrawal;
mod written;

use crate::support::{Draft, Role, TestApp};

#[tokio::test]
async fn news_and_alerts_appear_newest_first() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;

    let news = boss.publishes(Draft::news("Bicycles").body("Forty **new** stands.")).await;
    let alert = boss.publishes(Draft::alert("critical", "Leave building C")).await;

    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [alert, news]);
    assert!(feed.row(news).contains("<strong>new</strong>"), "{}", feed.row(news));
    assert!(feed.row(alert).to_lowercase().contains("critical"), "the word, not only the colour");
    assert!(!feed.row(news).to_lowercase().contains("critical"));
    for person in [&ann, &boss] {
        let page = person.gets(&format!("/posts/{alert}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text.contains("Leave building C"));
    }
}

#[tokio::test]
async fn times_are_in_utc_for_programs_and_in_the_towns_zone_for_people() {
    let app = TestApp::start_with(&["--time-zone", "Pacific/Kiritimati"]).await;
    let boss = app.admin("boss").await;

    let post = boss.publishes(Draft::news("What time is it?")).await;

    let feed = boss.reads_feed().await;
    let (_, time) = feed.row(post).split_once("datetime=\"").unwrap();
    let (stamp, text) = time.split_once("\">").unwrap();
    assert!(stamp.ends_with('Z'), "{stamp}");
    let hour: u32 = stamp[11..13].parse().unwrap();
    let shown = format!("{:02}:{}", (hour + 14) % 24, &stamp[14..16]);
    assert!(text.split("</time>").next().unwrap().contains(&shown), "{shown} in {text}");
}

#[tokio::test]
async fn the_severity_of_news_is_ignored_and_that_of_an_alert_is_needed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let news = boss.publishes(Draft::news("Quiet").with("severity", "critical")).await;
    let nonsense = boss.publishes(Draft::news("Quiet too").with("severity", "nonsense")).await;
    let without = boss.sends(&Draft::news("Loud").with("kind", "alert")).await;
    let unknown = boss.sends(&Draft::alert("deadly", "Loud")).await;

    let feed = boss.reads_feed().await;
    assert_eq!(feed.posts, [nonsense, news]);
    assert!(!feed.row(news).contains("critical"), "{}", feed.row(news));
    assert_eq!((without.status, unknown.status), (422, 422));
    for severity in ["info", "warning", "critical"] {
        boss.publishes(Draft::alert(severity, "Loud")).await;
    }
}

#[tokio::test]
async fn times_of_another_year_tell_the_year() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("Long ago")).await;
    let new = boss.publishes(Draft::news("Now")).await;
    app.sql(&format!("UPDATE posts SET published_ms = 1577934000000 WHERE id = {post}")).await;

    let feed = boss.reads_feed().await;

    assert!(feed.row(post).contains(">2 Jan 2020, 03:00</time>"), "{}", feed.row(post));
    let year = feed.row(new).split("datetime=\"").nth(1).unwrap()[..4].to_owned();
    assert!(!feed.row(new).contains(&format!("{year},")), "{}", feed.row(new));
}

#[tokio::test]
async fn a_post_reaches_the_people_it_names_in_any_case_and_no_one_disabled() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    app.signs_up("off", Role::Member).await;
    app.runs(&["user", "disable", "off"], "").await;

    let post = boss.publishes(Draft::news("For Ann").to(&["ANN", "ann"])).await;
    let disabled = boss.sends(&Draft::news("For nobody").to(&["ann", "off"])).await;
    let unknown = boss.sends(&Draft::news("For nobody").to(&["ann", "nobody"])).await;

    assert_eq!(ann.reads_feed().await.posts, [post]);
    assert_eq!((disabled.status, unknown.status), (422, 422));
    assert!(unknown.text.contains("nobody"), "it says who is unknown");
    assert!(
        !ann.reads_feed().await.row(post).to_lowercase().contains("boss, ann"),
        "a row never names recipients"
    );
}

#[tokio::test]
async fn the_feed_is_paged_and_every_post_stands_on_one_page() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut published = vec![];
    for number in 0..75 {
        let draft = Draft::news(&format!("Number {number}"));
        let for_boss_only = number % 5 == 0;
        let post = boss.publishes(if for_boss_only { draft.to(&["boss"]) } else { draft }).await;
        if !for_boss_only {
            published.insert(0, post);
        }
    }

    let first = ann.reads_feed().await;

    assert_eq!(first.posts, published[..30], "30 a page, whatever else there is");
    assert_eq!(ann.reads_whole_feed().await, published);
    let last = published.last().unwrap();
    let none = ann.gets(&format!("/?before={last}")).await;
    assert_eq!(none.status, 200);
    for odd in [
        "/?before=0",
        "/?before=99999999999999",
        "/?before=-1",
        "/?before=x",
        "/?before=",
        "/?before=999999999999999999999",
    ] {
        let status = ann.gets(odd).await.status;
        assert!([200, 400, 404].contains(&status), "{odd}: {status}");
    }
}

#[tokio::test]
async fn a_post_that_is_not_there_is_not_found() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;

    for path in ["/posts/1", "/posts/0", "/posts/-1", "/posts/x", "/posts/99999999999999999999", "/nothing"] {
        let page = ann.gets(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text.contains("<h1"), "{path}: a page of ours");
    }
}
