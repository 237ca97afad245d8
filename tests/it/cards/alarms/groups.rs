use serde_json::{Value, json};

use super::{Plant, watched};
use crate::support::Program;

fn silent(key: String, board: &str) -> Value {
    json!({
        "key": key, "board": board, "kind": "value", "value": 1, "audience": "everyone", "alarm": { "expect": 300 },
    })
}

#[tokio::test]
async fn a_thousand_cards_that_fall_silent_at_once_make_one_post_and_ring_once() {
    let mut plant = Plant::starts().await;
    for board in ["east", "west"] {
        let cards: Vec<_> = (0..500).map(|number| silent(format!("{board}.{number}"), board)).collect();
        assert_eq!(plant.program.sets_all(&cards).await.status, 200);
    }

    plant.app.sql("UPDATE cards SET silent_ms = 1").await;

    let (post, _) = plant.is_alarmed().await;
    let of_post = format!("SELECT COUNT(*) FROM alarms WHERE post_id = {post}");
    let raised = async || {
        let count = plant.app.asks_database(&of_post).await;
        (count.try_get_by_index::<i64>(0).unwrap() == 1000).then_some(())
    };
    crate::support::eventually("all are told", raised).await;
    assert_eq!(plant.posts().await, 1, "one post, whatever the boards");
    for board in ["east", "west"] {
        let cards: Vec<_> = (0..500).map(|number| silent(format!("{board}.{number}"), board)).collect();
        plant.program.sets_all(&cards).await;
    }
    // It changes in place, and nothing rings again.
    loop {
        let change = plant.listens.next("change").await;
        assert_eq!(change.post(), post);
        if change.data["change"] == "resolved" {
            assert_eq!(change.data["title"], "1000 alarms on 2 boards");
            break;
        }
    }
    assert_eq!(plant.posts().await, 1);
}

#[tokio::test]
async fn more_than_five_alarms_of_a_board_become_one_post_that_lists_them_until_all_are_over() {
    let mut plant = Plant::starts().await;
    let limit = json!({ "thresholds": [{ "severity": "warning", "above": 80 }] });
    let mut alone = Vec::new();
    for number in 0..5 {
        plant.program.sets(&format!("boiler{number}"), &watched(90.0, limit.clone())).await;
        alone.push(plant.is_alarmed().await.0);
    }
    // What is for others is no part of it.
    let others = json!({ "board": "plant", "value": 90, "audience": { "people": ["ann"] }, "alarm": limit });
    plant.program.sets("others", &others).await;
    let (other, _) = plant.is_alarmed().await;

    plant.program.sets("boiler5", &watched(90.0, limit.clone())).await;
    let mut resolved = Vec::new();
    let mut group = 0;
    while resolved.len() < 5 || group == 0 {
        let event = plant.listens.next_news().await;
        if event.name == "post" {
            assert_eq!(event.data["title"], "6 alarms on plant");
            group = event.post();
        } else {
            assert_eq!(event.data["resolution"]["note"], "It is told together with others now.");
            resolved.push(event.post());
        }
    }
    resolved.sort_unstable();
    assert_eq!(resolved, alone);
    plant.program.sets("boiler6", &watched(90.0, limit)).await;
    let edited = plant.hears_change("edited").await;
    assert_eq!((edited.post(), &edited.data["title"]), (group, &json!("7 alarms on plant")));
    for number in 0..6 {
        plant.program.reports(&format!("boiler{number}"), "20").await;
    }
    let mut body = String::new();
    while !body.contains("1 of 7 goes on, 6 are over.") {
        body = plant.hears_change("edited").await.data["body"].as_str().unwrap().to_owned();
    }
    plant.program.reports("boiler6", "20").await;
    assert_eq!(plant.hears_change("resolved").await.post(), group);
    plant.program.reports("others", "20").await;
    assert_eq!(plant.hears_change("resolved").await.post(), other);
}

#[tokio::test]
async fn what_belongs_to_different_people_is_not_told_together() {
    let mut plant = Plant::starts().await;
    plant.app.publisher("kim").await;
    let kim = Program::of(&plant.app, "kim", "cards").await;
    let of =
        |name: &str| -> Vec<_> { (0..4).map(|number| silent(format!("{name}.{number}"), "plant")).collect() };
    plant.program.sets_all(&of("boss")).await;
    kim.sets_all(&of("kim")).await;

    plant.app.sql("UPDATE cards SET silent_ms = 1").await;

    for _ in 0..8 {
        let (_, title) = plant.is_alarmed().await;
        assert!(title.ends_with("is silent"), "{title}");
    }
}
