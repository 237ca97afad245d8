//! Nothing that programs say of cards, and nothing that people or streams see of them, looks through all of them, on either
//! database.

use serde_json::json;

use crate::support::{Program, TestApp, plan, scanned, statements, value};

const CARDS: usize = 5_000;

/// Tables that grow with cards; of the others, other tests hold the plans.
const GROWING: [&str; 3] = ["cards", "card_departures", "alarms"];

#[tokio::test]
async fn nothing_that_is_kept_or_shown_looks_through_all_cards() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards,stream").await;
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {CARDS})");
    for statement in [
        format!(
            "INSERT INTO boards (slug, name, audience, layout, place, above_feed, made_ms, rev) {numbers} \
             SELECT 'board-' || i, 'Board', '{{\"everyone\":true}}', '', 0, FALSE, 0, i FROM n WHERE i <= 50"
        ),
        format!(
            "INSERT INTO cards (key, board_id, owner_id, title, reading, reported_ms, made_ms, rev) {numbers} \
             SELECT 'key-' || i, 1 + i % 50, 1, 'x', '{{\"kind\":\"value\",\"value\":1.0}}', 0, 0, i FROM n"
        ),
        format!(
            "INSERT INTO card_departures (rev, board_id, key, left_ms) {numbers} SELECT i, 1, 'x' || i, i FROM n"
        ),
        // Every other card has been alarmed about, and is waited for.
        format!(
            "INSERT INTO alarms (card_id, cause, state, severity, since_ms, grouped, repeats, changes, flapping) \
             {numbers} SELECT i, 'silence', 'ended', 'warning', 0, FALSE, 1, '[]', FALSE FROM n"
        ),
        "UPDATE cards SET silent_ms = 9000000000000, alarm = '{\"expect\":60,\"silence\":\"warning\"}' \
         WHERE id % 2 = 0"
            .into(),
        format!("UPDATE state_counter SET last_rev = {CARDS}"),
        "ANALYZE".into(),
    ] {
        app.sql(&statement).await;
    }
    app.stop().await;
    app.restart().await;
    let (boss, program) = (app.signs_in("boss").await, program.at(&app));
    let mut listens = program.watches("board:board-7").await;
    listens.next("cards").await;
    let before = app.logs().len();

    assert_eq!(program.reports("key-6", "2").await.status, 200);
    listens.next("cards").await;
    assert_eq!(program.changes("key-7", &json!({ "board": "board-9" })).await.status, 200);
    assert_eq!(program.removes("key-8").await.status, 204);
    assert_eq!(program.sets_all(&[json!({ "key": "key-9", "value": 1 })]).await.status, 200);
    for path in ["/api/v1/cards", "/api/v1/cards?after=key-3&limit=5", "/api/v1/cards/key-6"] {
        assert_eq!(program.gets(path).await.status, 200, "{path}");
    }
    for path in ["/boards", "/boards/board-7", "/cards/key-6"] {
        assert_eq!(boss.gets(path).await.status, 200, "{path}");
    }
    // What is raised, told, and over.
    let hot = json!({ "alarm": { "thresholds": [{ "severity": "warning", "above": 80 }], "expect": 60 } });
    assert_eq!(program.changes("key-10", &hot).await.status, 200);
    let mut alerts = boss.opens_stream().await;
    program.reports("key-10", "90").await;
    alerts.next("post").await;
    app.sql("UPDATE cards SET silent_ms = 1 WHERE key = 'key-10'").await;
    alerts.next("post").await;
    program.reports("key-10", "70").await;
    alerts.next("change").await;
    assert_eq!(boss.gets("/cards/key-10").await.status, 200);
    // In memory, what was reported last.
    program.watches("board:board-7").await.next("cards").await;

    let logs = app.logs();
    let asked = statements(&logs[before..]);
    assert!(asked.iter().any(|statement| statement.contains("cards")), "{asked:?}");
    // PostgreSQL plans it for each value anew; of one that it does not know, it expects a third of all rows.
    let is_what_changed = |statement: &&String| statement.contains("\"rev\" > $1");
    for statement in asked.iter().filter(|statement| !is_what_changed(statement)) {
        let plan = plan(&app, statement).await;
        let scanned = scanned(&plan);
        let grows = |table: &str| scanned.iter().any(|name| name == table);
        assert!(!GROWING.iter().any(|table| grows(table)), "{statement}\n{plan}");
    }
    // A card that is made is counted among all, of which there are 10,000 at most.
    assert_eq!(program.sets("new", &value("board-1", 1)).await.status, 201);
}
