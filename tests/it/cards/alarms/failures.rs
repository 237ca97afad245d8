use serde_json::json;

use super::Plant;
use crate::cards::pings::{makes_address, pings};

#[tokio::test]
async fn work_that_fails_is_told_with_how_often_until_it_is_done() {
    let mut plant = Plant::starts().await;
    let job = json!({
        "board": "jobs", "kind": "progress", "title": "Backup", "state": "running", "audience": "everyone",
        "alarm": { "failure": "critical" },
    });
    plant.program.sets("backup", &job).await;

    plant.program.changes("backup", &json!({ "state": "failed", "text": "Exit code 1" })).await;
    let (post, title) = plant.is_alarmed().await;
    assert_eq!(title, "Backup has failed");
    assert!(plant.boss.gets(&format!("/posts/{post}")).await.text.contains("Exit code 1"));
    // That it begins again says nothing yet.
    plant.program.changes("backup", &json!({ "state": "running", "text": null })).await;
    plant.program.changes("backup", &json!({ "state": "failed" })).await;
    let again = plant.hears_change("edited").await;
    assert!(again.data["body"].as_str().unwrap().contains("failed 2 times"), "{again:?}");
    plant.program.changes("backup", &json!({ "note": "Nothing new" })).await;
    plant.program.changes("backup", &json!({ "state": "running" })).await;
    plant.program.changes("backup", &json!({ "state": "done" })).await;

    assert_eq!(plant.hears_change("resolved").await.post(), post);
    assert_eq!(plant.posts().await, 1);
}

#[tokio::test]
async fn a_status_that_is_critical_is_told_and_one_that_is_unknown_is_not_fine() {
    let mut plant = Plant::starts().await;
    let gate = json!({
        "board": "site", "kind": "status", "title": "Gate", "state": "ok", "audience": "everyone",
        "alarm": { "failure": "warning" },
    });
    plant.program.sets("gate", &gate).await;

    for state in ["warning", "critical", "critical", "unknown"] {
        plant.program.changes("gate", &json!({ "state": state })).await;
    }
    let (post, title) = plant.is_alarmed().await;
    assert_eq!(title, "Gate is critical", "whatever it says by now");
    plant.program.changes("gate", &json!({ "state": "ok" })).await;

    assert_eq!(plant.hears_change("resolved").await.post(), post);
}

#[tokio::test]
async fn what_a_ping_says_raises_an_alarm_is_counted_and_ends_it() {
    let mut plant = Plant::starts().await;
    let job = json!({
        "board": "jobs", "kind": "progress", "title": "Backup", "audience": "everyone",
        "alarm": { "failure": "critical", "expect": 3600, "silence": "warning" },
    });
    plant.program.sets("backup", &job).await;
    let address = makes_address(&plant.program, "backup").await;

    pings(&format!("{address}/3")).await;
    let (post, title) = plant.is_alarmed().await;
    assert_eq!(title, "Backup has failed");
    pings(&format!("{address}/start")).await;
    pings(&format!("{address}/fail")).await;
    let again = plant.hears_change("edited").await;
    assert!(again.data["body"].as_str().unwrap().contains("failed 2 times"), "{again:?}");
    pings(&address).await;
    assert_eq!(plant.hears_change("resolved").await.post(), post);

    plant.waits(3601).await;
    assert_eq!(plant.is_alarmed().await.1, "Backup is silent");
    pings(&format!("{address}/start")).await;
    plant.hears_change("resolved").await;
}
