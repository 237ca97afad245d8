use serde_json::json;

use super::{Plant, watched};
use crate::support::eventually;

#[tokio::test]
async fn a_card_that_says_nothing_for_longer_than_its_grace_is_told_until_it_reports() {
    let mut plant = Plant::starts().await;
    plant
        .program
        .sets("gate", &watched(1.0, json!({ "expect": 300, "grace": 60, "silence": "critical" })))
        .await;
    plant.waits(250).await;
    plant.program.reports("gate", "2").await;
    plant.waits(310).await;
    assert_eq!(plant.posts().await, 0, "it is late, and not too late");
    plant.waits(60).await;

    let (post, title) = plant.is_alarmed().await;
    assert_eq!(title, "Boiler is silent");
    let card = plant.card("gate").await;
    assert_eq!(
        (&card["raised"]["about"], &card["raised"]["severity"]),
        (&json!("silence"), &json!("critical"))
    );
    let shown = plant.boss.gets(&format!("/posts/{post}")).await.text;
    assert!(shown.contains("expected every 5 min, and may be 1 min late"), "{shown}");
    plant.program.reports("gate", "2").await;
    assert_eq!(plant.hears_change("resolved").await.post(), post);
    assert_eq!(plant.card("gate").await.get("raised"), None);
}

#[tokio::test]
async fn a_restart_neither_tells_again_nor_forgets() {
    let mut plant = Plant::starts().await;
    let rules =
        || json!({ "expect": 300, "thresholds": [{ "severity": "warning", "above": 80, "for": 600 }] });
    plant.program.sets("raised", &watched(1.0, json!({ "expect": 300 }))).await;
    plant.program.sets("pending", &watched(90.0, rules())).await;
    plant.app.sql("UPDATE cards SET silent_ms = 1 WHERE key = 'raised'").await;
    let (raised, _) = plant.is_alarmed().await;

    plant.app.kill().await;
    plant.app.restart().await;

    let program = plant.program.at(&plant.app);
    let ann = crate::support::Program::of(&plant.app, "ann", "stream").await;
    plant.listens = ann.follows(&plant.listens.cursor).await;
    plant.app.sql("UPDATE alarms SET due_ms = 1 WHERE state = 'pending'").await;
    let (pending, title) = plant.is_alarmed().await;
    assert_eq!(title, "Boiler is above 80 °C", "and the silence was not told again");
    program.reports("raised", "2").await;
    assert_eq!(plant.hears_change("resolved").await.post(), raised);
    program.reports("pending", "2").await;
    assert_eq!(plant.hears_change("resolved").await.post(), pending);
    assert_eq!(plant.posts().await, 2);
}

#[tokio::test]
async fn while_the_server_is_away_nobody_is_late_and_that_is_said() {
    let mut plant = Plant::starts().await;
    plant.program.sets("gate", &watched(1.0, json!({ "expect": 300, "grace": 60 }))).await;
    let is_watched = async || {
        let ran = plant.app.asks_database("SELECT ran_ms FROM alarm_watch").await;
        (ran.try_get_by_index::<i64>(0).unwrap() > 0).then_some(())
    };
    eventually("somebody looks", is_watched).await;
    plant.app.stop().await;

    // It was away for an hour.
    plant.waits(3600).await;
    plant.app.sql("UPDATE alarm_watch SET ran_ms = ran_ms - 3600000").await;
    plant.app.restart().await;
    let is_said = async || plant.app.logs().contains("Nobody looked for silent cards").then_some(());
    eventually("the log says it", is_said).await;
    // It is moved before the log says so; what is late is raised after that.
    let silent = plant.app.asks_database("SELECT silent_ms FROM cards").await;
    let silent: Option<i64> = silent.try_get_by_index(0).unwrap();
    let now = i64::try_from(std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    assert!(silent.is_some_and(|silent| silent > now), "it has as long as before: {silent:?} at {now}");
    assert_eq!(plant.posts().await, 0);
    plant.waits(400).await;

    let ann = crate::support::Program::of(&plant.app, "ann", "stream").await;
    plant.listens = ann.follows(&plant.listens.cursor).await;
    let (post, _) = plant.is_alarmed().await;
    let boss = plant.app.signs_in("boss").await;
    let shown = boss.gets(&format!("/posts/{post}")).await.text;
    assert!(shown.contains("The server itself was away for 1 h"), "{shown}");
}

#[tokio::test]
async fn what_says_nothing_of_how_things_are_is_no_report() {
    let mut plant = Plant::starts().await;
    let rules = json!({ "expect": 300, "grace": 60 });
    plant.program.sets("gate", &watched(1.0, rules.clone())).await;
    plant.waits(400).await;
    let (post, _) = plant.is_alarmed().await;
    let reported = plant.card("gate").await["reported_at"].clone();

    for part in
        [json!({}), json!({ "note": "Looked after" }), json!({ "title": "Gate" }), json!({ "alarm": rules })]
    {
        assert_eq!(plant.program.changes("gate", &part).await.status, 200, "{part}");
    }
    plant.program.sets_all(&[json!({ "key": "gate", "ttl": 900 })]).await;
    plant.is_settled().await;
    let card = plant.card("gate").await;
    assert_eq!((&card["raised"]["about"], &card["reported_at"]), (&json!("silence"), &reported));

    // Who is waited for anew is waited for from then on, and the silence goes on until there is a report.
    plant.program.changes("gate", &json!({ "alarm": { "expect": 600 } })).await;
    assert_eq!(plant.card("gate").await["raised"]["about"], "silence");
    plant.program.reports("gate", "1").await;
    assert_eq!(plant.hears_change("resolved").await.post(), post);
}
