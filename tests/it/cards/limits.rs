//! How many cards and boards there may be.

use serde_json::json;

use crate::support::{Program, TestApp, value};

/// Makes rows as programs would.
async fn has_cards(app: &TestApp, board: i64, beginning: &str, count: usize) {
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
    let reading = r#"{"kind":"value","value":1.0}"#;
    app.sql(&format!(
        "INSERT INTO cards (key, board_id, owner_id, title, reading, reported_ms, made_ms, rev) {numbers} \
         SELECT '{beginning}.' || i, {board}, 1, 'x', '{reading}', 0, 0, 1 FROM n"
    ))
    .await;
}

async fn has_boards(app: &TestApp, count: usize) {
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
    app.sql(&format!(
        "INSERT INTO boards (slug, name, audience, layout, place, above_feed, made_ms, rev) {numbers} \
         SELECT 'board-' || i, 'Board', '{{\"everyone\":true}}', '', 0, FALSE, 0, 1 FROM n"
    ))
    .await;
}

#[tokio::test]
async fn there_are_500_cards_on_a_board_10_000_in_all_and_100_boards() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards").await;
    has_boards(&app, 99).await;
    has_cards(&app, 1, "a", 499).await;

    assert_eq!(program.sets("last", &value("board-1", 1)).await.status, 201);
    let refused = program.sets("more", &value("board-1", 1)).await;
    assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("/api#too-many")));
    assert!(refused.text.contains("500"), "{}", refused.text);
    assert_eq!(program.reports("last", "2").await.status, 200, "what is there goes on");
    assert_eq!(program.sets("other", &value("board-2", 1)).await.status, 201);
    assert_eq!(program.changes("other", &json!({ "board": "board-1" })).await.status, 409);

    assert_eq!(program.sets("new", &value("hundredth", 1)).await.status, 201);
    assert_eq!(program.sets("newer", &value("one-more", 1)).await.status, 409);

    for board in 3..=21 {
        has_cards(&app, board, &format!("b{board}"), 499).await;
    }
    let there = 500 + 2 + 19 * 499;
    has_cards(&app, 22, "c", 10_000 - there - 1).await;
    let sent = [
        json!({ "key": "x1", "board": "board-30", "value": 1 }),
        json!({ "key": "x2", "board": "board-30", "value": 1 }),
        json!({ "key": "x1", "value": 2 }),
    ];
    let cards = program.sets_all(&sent).await.json()["cards"].clone();
    let statuses: Vec<_> = (0..3).map(|index| cards[index]["status"].as_i64().unwrap()).collect();
    assert_eq!(statuses, [201, 409, 200], "{cards}");
    assert_eq!(program.removes("x1").await.status, 204);
    assert_eq!(program.sets("x2", &value("board-30", 1)).await.status, 201);
}
