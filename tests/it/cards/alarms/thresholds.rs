use serde_json::json;

use super::{Plant, above, watched};
use crate::support::{Program, TestApp};

#[tokio::test]
async fn a_value_beyond_its_threshold_is_told_and_is_over_by_itself_in_the_same_post() {
    let mut plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(70.0, above())).await;

    plant.program.reports("boiler", "80").await;
    plant.program.reports("boiler", "91.5").await;
    let (post, title) = plant.is_alarmed().await;
    assert_eq!(title, "Boiler is above 80 °C");
    let shown = plant.boss.gets(&format!("/posts/{post}")).await.text;
    assert!(shown.contains("91.5 °C") && shown.contains("80 °C before"), "{shown}");
    assert_eq!(plant.card("boiler").await["raised"]["severity"], "warning");
    // Not yet calm enough.
    plant.program.reports("boiler", "76").await;
    plant.program.reports("boiler", "85").await;
    plant.program.reports("boiler", "74.5").await;

    let over = plant.hears_change("resolved").await;
    assert_eq!(over.post(), post);
    let note = over.data["resolution"]["note"].as_str().unwrap().to_owned();
    assert!(note.starts_with("It is 74.5 °C now. It lasted"), "{note}");
    assert_eq!(plant.card("boiler").await.get("raised"), None);
    assert_eq!(plant.posts().await, 1);
}

#[tokio::test]
async fn every_value_is_seen_be_it_replaced_before_it_was_written() {
    let mut plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(70.0, above())).await;

    let values = [70.0, 95.0, 71.0];
    let cards: Vec<_> = values.iter().map(|value| json!({ "key": "boiler", "value": value })).collect();
    plant.program.sets_all(&cards).await;

    let (post, _) = plant.is_alarmed().await;
    plant.is_settled().await;
    let shown = plant.boss.gets(&format!("/posts/{post}")).await.text;
    assert!(shown.contains("95 °C") && shown.contains("It is 71 °C now."), "{shown}");
}

#[tokio::test]
async fn what_has_to_last_is_told_only_when_it_has() {
    let mut plant = Plant::starts().await;
    let lasting = json!({ "thresholds": [{ "severity": "critical", "below": 1.5, "for": 600 }] });
    plant.program.sets("pressure", &watched(2.0, lasting)).await;

    plant.program.reports("pressure", "1.2").await;
    plant.program.reports("pressure", "2").await;
    plant.waits(700).await;
    plant.program.reports("pressure", "1.1").await;
    plant.waits(500).await;
    plant.program.reports("pressure", "1.0").await;
    assert_eq!(plant.posts().await, 0);
    plant.waits(200).await;

    let (_, title) = plant.is_alarmed().await;
    assert_eq!(title, "Boiler is below 1.5 °C");
    assert_eq!(plant.posts().await, 1);
}

#[tokio::test]
async fn a_value_that_vanishes_is_not_one_that_is_fine() {
    let mut plant = Plant::starts().await;
    let both = json!({ "expect": 60, "grace": 10, "thresholds": [{ "severity": "critical", "above": 80 }] });
    plant.program.sets("boiler", &watched(90.0, both)).await;
    let (hot, _) = plant.is_alarmed().await;

    plant.program.reports("boiler", "broken").await;
    plant.program.changes("boiler", &json!({ "value": null })).await;
    plant.waits(100).await;
    let (silent, title) = plant.is_alarmed().await;
    assert_eq!(title, "Boiler is silent");
    plant.program.changes("boiler", &json!({ "note": "Looked after", "value": null })).await;

    // A report ends the silence, and nothing but a value ends the other.
    assert_eq!(plant.hears_change("resolved").await.post(), silent);
    assert_eq!(plant.card("boiler").await["raised"]["about"], "threshold");
    plant.program.reports("boiler", "60").await;
    assert_eq!(plant.hears_change("resolved").await.post(), hot);
}

#[tokio::test]
async fn a_worse_alarm_of_the_same_side_is_told_instead_and_the_lesser_one_after_it() {
    let mut plant = Plant::starts().await;
    let two = json!({ "thresholds": [
        { "severity": "warning", "above": 80, "leave": 75 }, { "severity": "critical", "above": 90, "leave": 85 },
    ] });
    plant.program.sets("boiler", &watched(95.0, two)).await;

    let (critical, title) = plant.is_alarmed().await;
    assert_eq!(title, "Boiler is above 90 °C");
    plant.program.reports("boiler", "84").await;
    let (first, second) = (plant.listens.next_news().await, plant.listens.next_news().await);
    let resolved = [&first, &second].into_iter().find(|event| event.name == "change").unwrap();
    let warning = [&first, &second].into_iter().find(|event| event.name == "post").unwrap();
    assert_eq!(resolved.post(), critical);
    assert_eq!(warning.data["severity"], "warning");
    assert_eq!(warning.data["title"], "Boiler is above 80 °C");
}

#[tokio::test]
async fn repeats_are_counted_in_the_same_post_and_flapping_is_told_once() {
    let mut plant = Plant::starts().await;
    let often = json!({
        "thresholds": [{ "severity": "warning", "above": 80 }], "flapping": { "changes": 5, "minutes": 10 },
    });
    plant.program.sets("boiler", &watched(81.0, often)).await;
    let (post, _) = plant.is_alarmed().await;

    plant.program.reports("boiler", "79").await;
    plant.hears_change("resolved").await;
    plant.program.reports("boiler", "82").await;
    let again = plant.hears_change("reopened").await;
    assert!(again.data["body"].as_str().unwrap().contains("happened 2 times"), "{again:?}");
    plant.program.reports("boiler", "79").await;
    plant.hears_change("resolved").await;
    plant.program.reports("boiler", "82").await;
    let often = plant.hears_change("reopened").await;
    assert!(often.data["body"].as_str().unwrap().contains("It keeps changing"), "{often:?}");
    for value in ["79", "82", "79", "83", "79"] {
        plant.program.reports("boiler", value).await;
    }
    // Nothing of it was told: the next is that it is calm again.
    plant.app.sql("UPDATE alarms SET changes = '[1]', due_ms = due_ms - 600000").await;
    let calm = plant.hears_change("resolved").await;
    assert_eq!(calm.post(), post);
    assert_eq!(plant.posts().await, 1);
}

#[tokio::test]
async fn a_later_time_is_another_post() {
    let mut plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(90.0, above())).await;
    let (first, _) = plant.is_alarmed().await;
    plant.program.reports("boiler", "70").await;
    plant.hears_change("resolved").await;

    plant.waits(3600).await;
    plant.program.reports("boiler", "90").await;

    let (second, _) = plant.is_alarmed().await;
    assert_ne!(first, second);
}

#[tokio::test]
async fn what_a_person_says_is_over_stays_so_until_it_is_raised_again() {
    let mut plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(90.0, above())).await;
    let (post, _) = plant.is_alarmed().await;

    plant.boss.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "Known")]).await;
    plant.hears_change("resolved").await;
    plant.program.reports("boiler", "70").await;
    plant.is_settled().await;
    assert!(plant.boss.gets(&format!("/posts/{post}")).await.text.contains("Known"));
    plant.program.reports("boiler", "90").await;

    let mut again = plant.listens.next("change").await;
    while again.data["change"] == "edited" {
        again = plant.listens.next("change").await;
    }
    assert_eq!((&again.data["change"], again.post()), (&json!("reopened"), post));
}

#[tokio::test]
async fn an_alarm_is_over_when_nobody_looks_any_more_or_the_card_is_gone() {
    let mut plant = Plant::starts().await;
    for key in ["one", "two", "three"] {
        plant.program.sets(key, &watched(90.0, above())).await;
        plant.is_alarmed().await;
    }

    plant.program.changes("one", &json!({ "alarm": null })).await;
    let over = plant.hears_change("resolved").await;
    assert!(over.data["resolution"]["note"].as_str().unwrap().contains("not looked for"), "{over:?}");
    plant.program.removes("two").await;
    let over = plant.hears_change("resolved").await;
    assert!(over.data["resolution"]["note"].as_str().unwrap().contains("card was removed"), "{over:?}");
    plant.boss.posts("/admin/boards/plant/removal", &[]).await;
    let over = plant.hears_change("resolved").await;
    assert!(over.data["resolution"]["note"].as_str().unwrap().contains("board was removed"), "{over:?}");
    plant.is_settled().await;
    let rows = plant.app.asks_database("SELECT COUNT(*) FROM alarms").await;
    assert_eq!(rows.try_get_by_index::<i64>(0).unwrap(), 0, "of what is gone nothing is kept");
}

#[tokio::test]
async fn alarms_go_to_whom_they_are_for_and_to_none_but_whom_the_owner_may_post_to() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.publisher("kim").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    boss.posts("/admin/groups", &[("name", "Night shift")]).await;
    boss.posts("/admin/groups/1/members", &[("people", "ann")]).await;
    let (mut to_ann, mut to_ben) = (ann.opens_stream().await, ben.opens_stream().await);
    let program = Program::of(&app, "kim", "cards").await;
    let to = json!({ "to": { "groups": ["Night shift"] }, "thresholds": [{ "severity": "warning", "above": 80 }] });
    let card = |board: &str, alarm: &serde_json::Value| json!({ "board": board, "value": 90, "audience": { "people": ["ben"] }, "alarm": alarm });

    assert_eq!(program.sets("shift", &card("shift", &to)).await.status, 201);
    to_ann.next("post").await;
    // Without its own, an alarm is for whoever the card is for.
    program.sets("ben", &card("ben", &json!({ "thresholds": [{ "severity": "info", "above": 80 }] }))).await;
    assert_eq!(to_ben.next("post").await.data["severity"], "info");
    // Of a token that is held to a group, it is for that group at most.
    let held = Program::held(&app, "kim", "cards", &["--group", "Night shift"]).await;
    let own = json!({ "board": "own", "value": 90, "audience": { "groups": ["Night shift"] }, "alarm": to });
    assert_eq!(held.sets("own", &own).await.status, 201);
    to_ann.next("post").await;
    let wide = json!({ "to": "everyone", "thresholds": [{ "severity": "warning", "above": 80 }] });
    assert_eq!(held.changes("own", &json!({ "alarm": wide })).await.status, 403);

    // Who may not post any more alarms nobody.
    boss.posts("/admin/people/2/role", &[("role", "member")]).await;
    let admin = Program::of(&app, "boss", "cards").await;
    admin.reports("shift", "70").await;
    to_ann.next("change").await;
    app.sql("UPDATE alarms SET ended_ms = ended_ms - 3600000").await;
    admin.reports("shift", "99").await;
    let told = async || app.logs().contains("owner may not publish").then_some(());
    crate::support::eventually("nobody was told", told).await;
}

#[tokio::test]
async fn what_is_wrong_with_an_alarm_is_said_by_field() {
    let plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(70.0, above())).await;
    plant.program.sets("job", &json!({ "board": "plant", "kind": "progress" })).await;
    let limit = |threshold: serde_json::Value| json!({ "thresholds": [threshold] });

    for (key, alarm, field) in [
        ("boiler", json!({}), "alarm"),
        ("boiler", limit(json!({ "severity": "warning" })), "alarm.thresholds"),
        ("boiler", limit(json!({ "severity": "warning", "above": 1, "below": 0 })), "alarm.thresholds"),
        ("boiler", limit(json!({ "severity": "warning", "above": 80, "leave": 81 })), "alarm.thresholds"),
        ("boiler", limit(json!({ "severity": "warning", "below": 5, "leave": 4 })), "alarm.thresholds"),
        ("boiler", limit(json!({ "severity": "warning", "above": 80, "for": -1 })), "alarm.thresholds"),
        ("boiler", json!({ "failure": "warning" }), "alarm.failure"),
        ("boiler", json!({ "expect": 0 }), "alarm.expect"),
        ("boiler", json!({ "expect": 5, "grace": -1 }), "alarm.grace"),
        ("boiler", json!({ "expect": 5, "flapping": { "changes": 1, "minutes": 5 } }), "alarm.flapping"),
        ("boiler", json!({ "expect": 5, "to": { "people": ["nobody"] } }), "alarm.to"),
        ("job", limit(json!({ "severity": "warning", "above": 80 })), "alarm.thresholds"),
        ("job", json!({ "failure": "warning", "silence": "info" }), "alarm.silence"),
    ] {
        let refused = plant.program.changes(key, &json!({ "alarm": alarm })).await;
        assert_eq!(refused.status, 422, "{alarm}: {}", refused.text);
        assert!(refused.json()["errors"][field].is_string(), "{alarm}: {}", refused.text);
    }
    let unknown = json!({ "alarm": { "limit": 5 } });
    assert_eq!(plant.program.changes("boiler", &unknown).await.status, 400);
    assert_eq!(plant.card("boiler").await["alarm"]["thresholds"][0]["above"], 80.0);
}
