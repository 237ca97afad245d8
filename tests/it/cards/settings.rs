//! The settings of boards, which admins have of those too that are not for them.

use serde_json::json;

use crate::support::{Person, Program, TestApp, makes_group, value};

/// An admin, a board that is for ann alone, and what put a card on it.
async fn with_anns_board() -> (TestApp, Person, Program) {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("ann").await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("merger", &value("secret", 71)).await;
    assert_eq!(saves(&boss, &[("people", "ann")]).await, "/admin/boards/secret?done=saved");
    (app, boss, program)
}

/// Saves whom the board is for; the address that this leads to.
async fn saves(boss: &Person, to: &[(&str, &str)]) -> String {
    let fields: Vec<_> = [("name", "Secret"), ("place", "0")].into_iter().chain(to.iter().copied()).collect();
    let saved = boss.posts("/admin/boards/secret", &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    saved.location().to_owned()
}

#[tokio::test]
async fn an_admin_for_whom_a_board_is_not_changes_it_without_reading_it_and_is_led_to_what_is_there() {
    let (_app, boss, _program) = with_anns_board().await;
    assert_eq!(boss.gets("/boards/secret").await.status, 404);

    let wrong = boss.posts("/admin/boards/secret/pause", &[("minutes", "0")]).await;
    assert_eq!(wrong.status, 422);
    assert!(!wrong.text.contains("merger") && !wrong.text.contains("71"), "{}", wrong.text);

    let paused = boss.posts("/admin/boards/secret/pause", &[("minutes", "60")]).await;
    let there = boss.gets(paused.location()).await;
    assert!(there.status == 200 && there.text.contains("Paused. The board is not for you"), "{}", there.text);
    assert!(!there.text.contains("href=\"/boards/secret\""), "{}", there.text);
    let resumed = boss.posts("/admin/boards/secret/pause/removal", &[]).await;
    assert!(boss.gets(resumed.location()).await.text.contains("Alarms are raised again."));

    assert_eq!(saves(&boss, &[("admins", "on")]).await, "/boards/secret");
    let paused = boss.posts("/admin/boards/secret/pause", &[("minutes", "60")]).await;
    assert_eq!(paused.location(), "/boards/secret");
    let removed = boss.posts("/admin/boards/secret/removal", &[]).await;
    assert!(boss.gets(removed.location()).await.text.contains("Removed, with its cards."));
}

#[tokio::test]
async fn whoever_is_named_already_stays_named_when_they_may_not_sign_in_any_more_and_nobody_else_does() {
    let (app, boss, program) = with_anns_board().await;
    for name in ["bo", "max"] {
        app.member(name).await;
    }
    let to = json!({ "people": ["ann", "boss"], "except": ["bo"] });
    let alarm = json!({ "to": to, "thresholds": [{ "severity": "warning", "above": 80 }] });
    let card = json!({ "audience": to, "alarm": alarm });
    assert_eq!(program.changes("merger", &card).await.status, 200);
    let all = [("people", "ann"), ("people", "boss"), ("except", "bo")];
    saves(&boss, &all).await;
    for name in ["ann", "bo", "max"] {
        assert_eq!(app.runs(&["user", "disable", name], "").await.code, Some(0));
    }

    saves(&boss, &all).await;
    assert_eq!(program.changes("merger", &card).await.status, 200);
    assert_eq!(
        program.sets_all(&[json!({ "key": "merger", "audience": to })]).await.json()["cards"][0]["status"],
        200
    );
    let form = boss.gets("/admin/boards/secret").await.text;
    assert!(form.contains("value=\"ann\"") && form.contains("value=\"bo\""), "{form}");

    let max = json!({ "audience": { "people": ["boss", "max"] } });
    assert_eq!(program.changes("merger", &max).await.status, 422);
    let fields = [("name", "Secret"), ("place", "0"), ("people", "max")];
    assert_eq!(boss.posts("/admin/boards/secret", &fields).await.status, 422);
}

#[tokio::test]
async fn a_group_that_was_removed_is_not_counted_among_those_whom_a_board_is_for() {
    let (_app, boss, _program) = with_anns_board().await;
    let crew = makes_group(&boss, "Crew", &["ann"]).await;
    makes_group(&boss, "Others", &["ann"]).await;
    saves(&boss, &[("groups", "Crew"), ("groups", "Others")]).await;
    assert!(boss.gets("/admin/boards").await.text.contains("2 groups"));

    assert_eq!(boss.posts(&format!("{crew}/removal"), &[]).await.status, 303);

    let list = boss.gets("/admin/boards").await.text;
    assert!(list.contains("1 group<"), "{list}");
}
