//! A board on which much changes.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::with_program;
use crate::browser::Browser;

/// Only Chromium tells of long tasks.
#[tokio::test(flavor = "multi_thread")]
async fn a_board_under_a_hundred_changes_a_second_stays_responsive() {
    const CARDS: usize = 100;
    const ROUNDS: usize = 50;
    let (app, program) = with_program(&[]).await;
    let all = |round: usize| -> Vec<Value> {
        let card = |number: usize| {
            json!({ "key": format!("card.{number:03}"), "board": "busy", "kind": "value", "value": round * 1000 + number,
                "unit": "kW", "audience": "everyone" })
        };
        (0..CARDS).map(card).collect()
    };
    program.sets_all(&all(0)).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/busy").await;
    ann.is("live").await;
    ann.asks(
        "(() => { window.tasks = [];
            new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map((task) => task.duration)))
                .observe({ type: 'longtask' }); })()",
    )
    .await;

    let mut turns = tokio::time::interval(Duration::from_millis(100));
    for round in 1..=ROUNDS {
        turns.tick().await;
        let some = all(round).into_iter().skip(round % 10 * 10).take(10).collect::<Vec<_>>();
        program.sets_all(&some).await;
    }
    program.sets_all(&all(999)).await;

    let last = "[...document.querySelectorAll('.card-value')].every((card, index) =>
        card.firstChild.data.trim() === (999000 + index).toLocaleString('en'))";
    ann.until(last).await;
    // The observer is told a little later.
    sleep(Duration::from_millis(300)).await;
    let tasks: Vec<f64> = serde_json::from_value(ann.asks("window.tasks").await).unwrap();
    println!("{ROUNDS} rounds of ten changes: long tasks of {tasks:?} ms");
    assert!(tasks.iter().all(|task| *task <= 100.0), "{tasks:?}");
    ann.closes_without_complaint().await;
}
