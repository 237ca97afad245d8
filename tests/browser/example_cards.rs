//! Cards as there may be.

use serde_json::{Value, json};

use crate::support::{Person, Program, TestApp};

/// Cards for everyone of every kind, in every state.
pub fn every_card(board: &str) -> Vec<Value> {
    let mut cards = [
        json!({ "key": "boiler", "kind": "value", "title": "Boiler, hall B", "value": 81.4, "unit": "°C", "ttl": 60, "note": "warning above 80" }),
        json!({ "key": "power", "kind": "value", "title": "Power drawn", "value": 1_284_412.5, "unit": "kWh" }),
        json!({ "key": "score", "kind": "value", "title": "Cup, second half", "value": "2 : 1", "note": "Harbour – Old Town" }),
        json!({ "key": "dish", "kind": "value", "title": "Today in the canteen, building C, second floor", "value": "Potato soup with bread and a small salad" }),
        json!({ "key": "new", "kind": "value", "title": "Not heard of yet" }),
        json!({ "key": "roof", "kind": "value", "title": "Roof sensor", "value": 6.1, "unit": "m/s", "ttl": 1 }),
        json!({ "key": "line.4", "kind": "status", "title": "Line 4", "state": "ok" }),
        json!({ "key": "line.5", "kind": "status", "title": "Press 1", "state": "warning", "note": "Oil pressure is low", "url": "https://example.org/press" }),
        json!({ "key": "line.6", "kind": "status", "title": "Dryer 2", "state": "critical", "note": "told 9 people" }),
        json!({ "key": "line.7", "kind": "status", "title": "Dryer 3", "state": "off" }),
        json!({ "key": "line.8", "kind": "status", "title": "Dryer 4", "state": "unknown" }),
        json!({ "key": "job.backup", "kind": "progress", "title": "Nightly backup", "state": "running", "percent": 64, "text": "step 3 of 5: pictures" }),
        json!({ "key": "job.import", "kind": "progress", "title": "Timetable import", "state": "done", "text": "4,212 rows" }),
        json!({ "key": "job.payroll", "kind": "progress", "title": "Payroll export", "state": "failed", "percent": 30, "text": "exit code 3 after 41 s: could not reach the bank, and tried again three times" }),
        json!({ "key": "job.mail", "kind": "progress", "title": "Mail out", "state": "waiting" }),
        json!({ "key": "job.index", "kind": "progress", "title": "Search index", "state": "running" }),
        json!({ "key": "job.scan", "kind": "progress", "title": "Scan", "state": "cancelled", "percent": 12 }),
    ];
    for card in &mut cards {
        card["board"] = json!(board);
        card["audience"] = json!("everyone");
    }
    cards.into()
}

/// A board with cards of every kind, above the feed.
pub async fn has_cards(app: &TestApp, boss: &Person) {
    let program = Program::of(app, "boss", "cards").await;
    program.sets_all(&every_card("plant")).await;
    let layout = "# Machines\nboiler\nroof\nline.*\n# Donaudampfschifffahrtsgesellschaftskapitän\njob.*";
    let settings = [
        ("name", "Plant and jobs"),
        ("everyone", "on"),
        ("place", "0"),
        ("layout", layout),
        ("above_feed", "on"),
    ];
    boss.posts("/admin/boards/plant", &settings).await;
}
