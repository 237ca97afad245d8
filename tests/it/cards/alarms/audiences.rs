//! Whom alarms are for: as people and groups are now, and never beyond the card and its board.

use serde_json::{Value, json};

use super::{Plant, above, watched};
use crate::support::{Person, Program, TestApp, eventually, makes_group, value};

/// Shows a board to these.
async fn shows_board(boss: &Person, slug: &str, to: &[(&str, &str)]) {
    let fields: Vec<_> = [("name", slug), ("place", "0")].into_iter().chain(to.iter().copied()).collect();
    let saved = boss.posts(&format!("/admin/boards/{slug}"), &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
}

async fn disables(app: &TestApp, name: &str) {
    assert_eq!(app.runs(&["user", "disable", name], "").await.code, Some(0));
}

async fn is_told(person: &Person) -> usize {
    person.reads_feed().await.posts.len()
}

#[tokio::test]
async fn one_who_may_not_sign_in_any_more_keeps_nobody_else_from_being_told() {
    let mut plant = Plant::starts().await;
    plant.app.member("bo").await;
    let limit = above()["thresholds"].clone();
    let but_bo = json!({ "to": { "people": ["ann"], "except": ["bo"] }, "thresholds": limit });
    plant.program.sets("one", &watched(70.0, but_bo)).await;
    let all_but_bo = json!({ "board": "rest", "kind": "value", "title": "Two", "value": 70, "audience": "everyone", "alarm": above() });
    plant.program.sets("two", &all_but_bo).await;
    shows_board(&plant.boss, "rest", &[("everyone", "on"), ("except", "bo")]).await;

    disables(&plant.app, "bo").await;
    plant.program.reports("one", "90").await;
    assert_eq!(plant.is_alarmed().await.1, "Boiler is above 80 °C");
    plant.program.reports("two", "90").await;
    assert_eq!(plant.is_alarmed().await.1, "Two is above 80");
    assert!(!plant.app.logs().contains("owner alone"), "{}", plant.app.logs());

    // Who was left out is so when they are back.
    assert_eq!(plant.app.runs(&["user", "enable", "bo"], "").await.code, Some(0));
    let bo = plant.app.signs_in("bo").await;
    assert!(!bo.reads_feed().await.text.contains("is above 80"));
}

#[tokio::test]
async fn without_being_said_whom_it_is_for_an_alarm_is_for_whoever_may_see_card_and_board() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben, eve) = (app.member("ann").await, app.member("ben").await, app.member("eve").await);
    makes_group(&boss, "Crew", &["ann", "ben"]).await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("first", &value("plant", 1)).await;
    shows_board(&boss, "plant", &[("groups", "Crew")]).await;
    let card = |to: Value| json!({ "board": "plant", "kind": "value", "value": 90, "audience": to, "alarm": above() });

    // The board is narrower, the card is, or each leaves somebody out.
    program.sets("wide", &card(json!("everyone"))).await;
    program.sets("narrow", &card(json!({ "people": ["ann", "eve"] }))).await;
    let all_told = async || (is_told(&ann).await == 2).then_some(());
    eventually("ann is told of both", all_told).await;

    assert_eq!((is_told(&ben).await, is_told(&eve).await), (1, 0));
    assert!(ben.reads_feed().await.text.contains("wide is above 80"));
}

#[tokio::test]
async fn what_is_raised_again_for_others_or_as_urgent_as_never_before_is_told_by_a_post_of_its_own() {
    let mut plant = Plant::starts().await;
    let eve = plant.app.member("eve").await;
    let limit = json!([{ "severity": "warning", "above": 80, "leave": 75 }]);
    let calm = json!({ "changes": 20, "minutes": 10 });
    let to_all = json!({ "thresholds": limit, "flapping": calm });
    plant.program.sets("boiler", &watched(70.0, to_all)).await;
    plant.program.reports("boiler", "91").await;
    let (first, _) = plant.is_alarmed().await;
    plant.program.reports("boiler", "70").await;
    plant.hears_change("resolved").await;
    let before = plant.boss.gets(&format!("/posts/{first}")).await.text;

    shows_board(&plant.boss, "plant", &[("people", "ann")]).await;
    plant.program.reports("boiler", "92").await;
    let (second, _) = plant.is_alarmed().await;
    assert_ne!(second, first);
    plant.program.reports("boiler", "70").await;
    assert_eq!(plant.hears_change("resolved").await.post(), second);
    assert_eq!(is_told(&eve).await, 1);
    let after = eve.gets(&format!("/posts/{first}")).await.text;
    assert!(before.contains("91 °C") && !after.contains("92 °C"), "{after}");

    let to_eve = json!({ "to": { "people": ["ann", "eve"] }, "thresholds": limit, "flapping": calm });
    plant.program.changes("boiler", &json!({ "alarm": to_eve })).await;
    plant.program.reports("boiler", "93").await;
    let (third, _) = plant.is_alarmed().await;
    assert!(third != second && is_told(&eve).await == 2);
    // The same again is told by the same.
    plant.program.reports("boiler", "70").await;
    assert_eq!(plant.hears_change("resolved").await.post(), third);
    plant.program.reports("boiler", "94").await;
    assert_eq!(plant.hears_change("reopened").await.post(), third);
}

#[tokio::test]
async fn work_that_fails_on_is_told_anew_once_it_is_more_urgent_and_its_first_post_is_over() {
    let mut plant = Plant::starts().await;
    let job = |severity| json!({ "board": "jobs", "kind": "progress", "title": "Backup", "state": "failed", "audience": "everyone", "alarm": { "failure": severity } });
    plant.program.sets("backup", &job("warning")).await;
    let (first, _) = plant.is_alarmed().await;

    plant.program.sets("backup", &job("critical")).await;

    let (one, other) = (plant.listens.next_news().await, plant.listens.next_news().await);
    let over = [&one, &other].into_iter().find(|event| event.name == "change").unwrap();
    let new = [&one, &other].into_iter().find(|event| event.name == "post").unwrap();
    assert_eq!(
        (over.post(), &over.data["resolution"]["note"]),
        (first, &json!("It is not told here any more."))
    );
    assert_eq!(new.data["severity"], "critical");
    plant.program.changes("backup", &json!({ "state": "done" })).await;
    assert_eq!(plant.hears_change("resolved").await.post(), new.post());
}

#[tokio::test]
async fn of_an_owner_who_may_not_post_any_more_the_post_that_is_there_is_not_raised_again() {
    let mut plant = Plant::starts().await;
    plant.app.publisher("kim").await;
    let kims = Program::of(&plant.app, "kim", "cards").await;
    kims.sets("boiler", &watched(90.0, above())).await;
    plant.is_alarmed().await;
    assert_eq!(plant.app.runs(&["user", "role", "kim", "member"], "").await.code, Some(0));

    plant.program.reports("boiler", "70").await;
    let over = plant.hears_change("resolved").await;
    assert_eq!(over.data["resolution"]["note"], "It is over.");
    plant.program.reports("boiler", "95").await;

    let said = async || plant.app.logs().contains("owner may not publish").then_some(());
    eventually("nobody is told", said).await;
    assert_eq!(plant.posts().await, 1);
    let shown = plant.boss.gets(&format!("/posts/{}", over.post())).await.text;
    assert!(shown.contains("It is over.") && !shown.contains("95 °C"), "{shown}");
}

#[tokio::test]
async fn a_level_of_two_hundred_digits_is_told_in_a_few() {
    let mut plant = Plant::starts().await;
    let absurd = json!({ "thresholds": [{ "severity": "warning", "above": 1e200 }] });
    plant.program.sets("boiler", &watched(1.5e300, absurd)).await;

    let (post, title) = plant.is_alarmed().await;

    assert_eq!(title, "Boiler is above 1e200 °C");
    assert!(plant.boss.gets(&format!("/posts/{post}")).await.text.contains("1.5e300 °C"));
}
