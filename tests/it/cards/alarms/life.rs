//! Every state of a card that is watched, with everything that can happen to it.

use serde_json::{Value, json};

use super::Plant;
use crate::support::{Program, eventually};

const STATES: [&str; 6] = ["new", "up", "late", "down", "paused", "started"];
const EVENTS: [&str; 5] = ["report", "fail", "silence", "pause", "restart"];

/// What is raised after it, and whether it is paused.
fn expected(state: &str, event: &str) -> (Option<&'static str>, bool) {
    match (state, event) {
        // While it is paused nothing is raised, and what was raised before stays.
        ("paused", _) => (None, true),
        ("down", "pause") => (Some("silence"), true),
        (_, "pause") => (None, true),
        (_, "report") => (None, false),
        (_, "fail") => (Some("failure"), false),
        (_, "silence") | ("down", "restart") => (Some("silence"), false),
        (_, "restart") => (None, false),
        _ => unreachable!(),
    }
}

fn of(kind: &str) -> Vec<String> {
    STATES
        .iter()
        .flat_map(|state| EVENTS.iter().map(move |event| format!("{state}.{event}")))
        .filter(|key| key.split('.').any(|part| part == kind))
        .collect()
}

async fn all_say(program: &Program, keys: &[String], state: &str) {
    let said = keys.iter().map(|key| json!({ "key": key, "state": state })).collect::<Vec<_>>();
    assert_eq!(program.sets_all(&said).await.status, 200);
}

async fn is_over(plant: &Plant, keys: &[String], silent_ms: &str) {
    let keys: Vec<_> = keys.iter().map(|key| format!("'{key}'")).collect();
    let these = keys.join(", ");
    plant.app.sql(&format!("UPDATE cards SET silent_ms = {silent_ms} WHERE key IN ({these})")).await;
}

async fn all_are_paused(program: &Program, keys: &[String]) {
    for key in keys {
        let paused = program.pauses(&format!("/api/v1/cards/{key}"), 3600).await;
        assert_eq!(paused.status, 200, "{}", paused.text);
    }
}

/// What the cards are, as far as this is about.
async fn outcome(program: &Program) -> Vec<(String, Option<String>, bool)> {
    let cards = program.gets("/api/v1/cards?limit=100").await.json()["cards"].clone();
    let outcome = |card: &Value| {
        let about = card["raised"]["about"].as_str().map(str::to_owned);
        (card["key"].as_str().unwrap().to_owned(), about, card["paused_until"].is_string())
    };
    let mut all: Vec<_> = cards.as_array().unwrap().iter().map(outcome).collect();
    all.sort();
    all
}

#[tokio::test]
async fn every_state_takes_everything_that_can_happen() {
    let mut plant = Plant::starts().await;
    let alarm = json!({ "expect": 300, "grace": 600, "failure": "critical" });
    let all: Vec<_> = STATES.iter().flat_map(|state| of(state)).collect();
    let card =
        |key: &String| json!({ "key": key, "board": format!("b.{key}"), "kind": "progress", "alarm": alarm });
    plant.program.sets_all(&all.iter().map(card).collect::<Vec<_>>()).await;
    all_say(&plant.program, &of("up"), "done").await;
    all_say(&plant.program, &of("started"), "running").await;
    is_over(&plant, &of("late"), "silent_ms - 400000").await;
    is_over(&plant, &of("down"), "1").await;
    let are_down = async || {
        let cards = outcome(&plant.program).await;
        (cards.iter().filter(|(_, about, _)| about.is_some()).count() == EVENTS.len()).then_some(())
    };
    eventually("they are down", are_down).await;
    all_are_paused(&plant.program, &of("paused")).await;

    all_say(&plant.program, &of("report"), "done").await;
    all_say(&plant.program, &of("fail"), "failed").await;
    is_over(&plant, &of("silence"), "1").await;
    all_are_paused(&plant.program, &of("pause")).await;
    // What is paused may fall silent.
    let paused: Vec<_> = of("pause").into_iter().filter(|key| !key.starts_with("down")).collect();
    is_over(&plant, &paused, "1").await;
    let mut expected: Vec<_> = all
        .iter()
        .map(|key| {
            let (state, event) = key.split_once('.').unwrap();
            let (about, is_paused) = expected(state, event);
            (key.clone(), about.map(str::to_owned), is_paused)
        })
        .collect();
    expected.sort();
    let is_so = async || (outcome(&plant.program).await == expected).then_some(());
    let so = tokio::time::timeout(std::time::Duration::from_secs(20), eventually("all is so", is_so)).await;
    assert!(
        so.is_ok(),
        "{:#?}",
        outcome(&plant.program).await.iter().zip(&expected).filter(|(is, was)| is != was).collect::<Vec<_>>()
    );
    let raised = async || {
        let due = plant
            .app
            .asks_database("SELECT COUNT(*) FROM alarms WHERE due_ms IS NOT NULL AND state <> 'pending'");
        (due.await.try_get_by_index::<i64>(0).unwrap() == 0).then_some(())
    };
    eventually("all is told", raised).await;
    let posts = plant.posts().await;

    plant.app.kill().await;
    plant.app.restart().await;

    let program = plant.program.at(&plant.app);
    assert_eq!(outcome(&program).await, expected, "a restart changes nothing");
    // Something that is told after it: whatever else there were would have been told with it.
    program
        .sets("last", &json!({ "board": "last", "kind": "progress", "state": "failed", "alarm": alarm }))
        .await;
    let is_told = async || (plant.posts().await > posts).then_some(());
    eventually("the last is told", is_told).await;
    assert_eq!((outcome(&program).await.len(), plant.posts().await), (all.len() + 1, posts + 1));
}
