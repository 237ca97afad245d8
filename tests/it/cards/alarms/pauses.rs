use serde_json::json;

use super::{Plant, above, watched};
use crate::support::{Program, makes_group, value};

#[tokio::test]
async fn while_a_card_is_paused_nobody_is_told_and_then_what_is_still_so_is() {
    let mut plant = Plant::starts().await;
    plant.program.sets("boiler", &watched(70.0, above())).await;
    let paused = plant.program.pauses("/api/v1/cards/boiler", 3600).await;
    assert_eq!(paused.status, 200, "{}", paused.text);
    assert!(paused.json()["paused_until"].is_string());

    plant.program.reports("boiler", "95").await;
    plant.program.reports("boiler", "70").await;
    plant.program.reports("boiler", "96").await;
    let page = plant.boss.gets("/cards/boiler").await.text;
    assert!(page.contains("<strong>Paused</strong> until") && page.contains("by <bdi>boss</bdi>"), "{page}");
    assert_eq!(plant.card("boiler").await.get("raised"), None);
    assert_eq!(plant.posts().await, 0);
    assert_eq!(plant.program.resumes("/api/v1/cards/boiler").await.status, 200);

    plant.is_alarmed().await;
    assert_eq!(plant.card("boiler").await.get("paused_until"), None);
}

#[tokio::test]
async fn a_pause_ends_by_itself() {
    let mut plant = Plant::starts().await;
    let both = json!({ "expect": 300, "thresholds": [{ "severity": "warning", "above": 80 }] });
    plant.program.sets("boiler", &watched(70.0, both)).await;
    plant.program.pauses("/api/v1/cards/boiler", 3600).await;
    plant.program.reports("boiler", "95").await;
    plant.app.sql("UPDATE cards SET silent_ms = 1").await;
    let until = async || {
        let row = plant.app.asks_database("SELECT silent_ms FROM cards").await;
        (row.try_get_by_index::<i64>(0).unwrap() > 1).then_some(())
    };
    crate::support::eventually("it is waited for as after a report", until).await;
    assert_eq!(plant.posts().await, 0);

    plant.app.sql("UPDATE cards SET paused_until_ms = 1").await;
    plant.app.sql("UPDATE alarms SET due_ms = 1").await;

    assert_eq!(plant.is_alarmed().await.1, "Boiler is above 80 °C");
}

#[tokio::test]
async fn a_board_is_paused_by_an_administrator_with_all_of_its_cards() {
    let mut plant = Plant::starts().await;
    plant.app.publisher("kim").await;
    plant.program.sets("boiler", &watched(70.0, above())).await;
    plant
        .program
        .sets(
            "elsewhere",
            &json!({ "board": "other", "value": 70, "audience": "everyone", "alarm": above() }),
        )
        .await;

    assert_eq!(plant.boss.posts("/admin/boards/plant/pause", &[("minutes", "60")]).await.status, 303);
    let page = plant.boss.gets("/boards/plant").await.text;
    assert!(page.contains("<strong>Paused</strong> until") && page.contains("by <bdi>boss</bdi>"), "{page}");
    plant.program.reports("boiler", "95").await;
    plant.program.reports("elsewhere", "95").await;
    assert_eq!(plant.is_alarmed().await.1, "elsewhere is above 80");
    assert_eq!(plant.posts().await, 1);
    assert_eq!(plant.boss.posts("/admin/boards/plant/pause/removal", &[]).await.status, 303);
    assert_eq!(plant.is_alarmed().await.1, "Boiler is above 80 °C");
    assert!(!plant.boss.gets("/boards/plant").await.text.contains("<strong>Paused</strong> until"));

    // The same for programs of administrators.
    assert_eq!(plant.program.pauses("/api/v1/boards/plant", 3600).await.status, 204);
    assert!(plant.boss.gets("/boards/plant").await.text.contains("<strong>Paused</strong> until"));
    assert_eq!(plant.program.resumes("/api/v1/boards/plant").await.status, 204);
    let kim = Program::of(&plant.app, "kim", "cards").await;
    assert_eq!(kim.pauses("/api/v1/boards/plant", 3600).await.status, 404);
    let log = plant.boss.gets("/admin/audit").await.text;
    assert!(log.contains("Alarms paused") && log.contains("Alarms resumed"), "{log}");
}

#[tokio::test]
async fn a_card_is_paused_by_its_owner_and_administrators_alone() {
    let plant = Plant::starts().await;
    let kim = plant.app.publisher("kim").await;
    let ann = plant.app.signs_in("ann").await;
    plant.program.sets("boiler", &watched(70.0, above())).await;
    Program::of(&plant.app, "kim", "cards").await.sets("kims", &watched(70.0, above())).await;

    for (person, path, status) in [
        (&ann, "/cards/boiler/pause", 403),
        (&kim, "/cards/boiler/pause", 403),
        (&kim, "/cards/kims/pause", 303),
        (&plant.boss, "/cards/kims/pause", 303),
    ] {
        let page = person.posts(path, &[("minutes", "60")]).await;
        assert_eq!(page.status, status, "{path} as {}", person.name);
    }
    assert_eq!(kim.posts("/cards/kims/pause/removal", &[]).await.status, 303);
    assert_eq!(plant.card("kims").await.get("paused_until"), None);
    assert!(ann.gets("/cards/boiler").await.text.contains("<h1>"));
    assert!(!ann.gets("/cards/boiler").await.text.contains("/cards/boiler/pause"));
    assert_eq!(kim.posts("/cards/kims/pause", &[("minutes", "soon")]).await.status, 422);
    let past = plant.program.request(reqwest::Method::PUT, "/api/v1/cards/boiler/pause");
    let past = past.json(&json!({ "until": "2020-01-01T00:00:00Z" })).send().await.unwrap();
    assert_eq!(past.status(), 422);
}

#[tokio::test]
async fn a_token_that_is_held_to_groups_pauses_nothing_that_is_for_others() {
    let plant = Plant::starts().await;
    makes_group(&plant.boss, "Crew", &["ann"]).await;
    let held = Program::held(&plant.app, "boss", "cards", &["--group", "Crew"]).await;
    plant.program.sets("boiler", &watched(70.0, above())).await;
    assert_eq!(held.sets("pump", &value("crew", 1)).await.status, 201);

    for path in ["/api/v1/cards/boiler", "/api/v1/boards/plant"] {
        for refused in [held.pauses(path, 3600).await, held.resumes(path).await] {
            assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("/api#groups")), "{path}");
        }
    }
    assert_eq!(plant.card("boiler").await.get("paused_until"), None);

    assert_eq!(held.pauses("/api/v1/cards/pump", 3600).await.status, 200);
    assert_eq!(held.pauses("/api/v1/boards/crew", 3600).await.status, 204);
    assert_eq!(held.pauses("/api/v1/boards/nowhere", 3600).await.status, 404);
}
