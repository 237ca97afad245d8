use serde_json::json;

use super::{Plant, above, watched};

async fn is_withdrawn(plant: &mut Plant, post: i64) {
    let taken = plant.boss.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "Not ours")]).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    plant.hears_change("withdrawn").await;
}

#[tokio::test]
async fn an_alert_that_was_taken_back_keeps_quiet_but_what_is_raised_after_it_is_told() {
    let mut plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(90.0, above())).await;
    let (first, _) = plant.is_alarmed().await;
    is_withdrawn(&mut plant, first).await;

    plant.program.reports("boiler", "91").await;
    plant.is_settled().await;
    assert_eq!(plant.posts().await, 1, "that it goes on is no news");
    plant.program.reports("boiler", "70").await;
    plant.is_settled().await;
    assert_eq!(plant.posts().await, 1);
    plant.program.reports("boiler", "92").await;

    let (second, title) = plant.is_alarmed().await;
    assert!(second != first && title == "Boiler is above 80 °C", "{title}");
    plant.program.reports("boiler", "70").await;
    assert_eq!(plant.hears_change("resolved").await.post(), second);
    plant.program.reports("boiler", "93").await;
    plant.is_settled().await;
    assert_eq!(plant.posts().await, 2, "from then on that post counts");
}

#[tokio::test]
async fn work_that_fails_again_is_told_after_its_alert_was_taken_back() {
    let mut plant = Plant::starts().await;
    let job = json!({
        "board": "jobs", "kind": "progress", "title": "Backup", "state": "failed", "audience": "everyone",
        "alarm": { "failure": "critical" },
    });
    plant.program.sets("backup", &job).await;
    let (first, _) = plant.is_alarmed().await;
    is_withdrawn(&mut plant, first).await;

    plant.program.changes("backup", &json!({ "state": "running" })).await;
    plant.is_settled().await;
    plant.program.changes("backup", &json!({ "state": "failed" })).await;

    let (second, title) = plant.is_alarmed().await;
    assert!(second != first && title == "Backup has failed", "{title}");
    plant.program.changes("backup", &json!({ "state": "done" })).await;
    assert_eq!(plant.hears_change("resolved").await.post(), second);
}

#[tokio::test]
async fn of_alarms_that_were_told_together_those_are_told_anew_that_are_raised_after_it() {
    let mut plant = Plant::starts().await;
    let all =
        |value: i64| (0..7).map(|n| json!({ "key": format!("t{n}"), "value": value })).collect::<Vec<_>>();
    for n in 0..7 {
        plant.program.sets(&format!("t{n}"), &watched(20.0, above())).await;
    }
    plant.program.sets_all(&all(90)).await;
    let (first, title) = plant.is_alarmed().await;
    assert_eq!(title, "7 alarms on plant");
    is_withdrawn(&mut plant, first).await;

    plant.program.reports("t3", "20").await;
    plant.is_settled().await;
    plant.program.reports("t3", "95").await;

    let (second, _) = plant.is_alarmed().await;
    assert_ne!(second, first);
    plant.is_settled().await;
    assert_eq!(plant.posts().await, 2);
}
