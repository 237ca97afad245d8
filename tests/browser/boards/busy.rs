//! A board on which much changes.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio::time::sleep;

use super::with_program;
use crate::{
    browser::Browser,
    responsive::stays_responsive,
    support::{Program, TIMEOUT},
};

const CARDS: usize = 100;

/// The cards of a busy board, as they are set in a round.
fn cards(round: usize) -> Vec<Value> {
    let card = |number: usize| {
        json!({ "key": format!("card.{number:03}"), "board": "busy", "kind": "value", "value": round * 1000 + number,
            "unit": "kW", "audience": "everyone" })
    };
    (0..CARDS).map(card).collect()
}

/// Sets ten of the cards, ten times a second.
async fn keeps_setting(program: &Program, rounds: Range<usize>) {
    let mut turns = tokio::time::interval(Duration::from_millis(100));
    for round in rounds {
        turns.tick().await;
        let some = cards(round).into_iter().skip(round % 10 * 10).take(10).collect::<Vec<_>>();
        program.sets_all(&some).await;
    }
}

/// Sets all cards a last time, and waits until the page shows it.
async fn ends(program: &Program, browser: &Browser) {
    program.sets_all(&cards(999)).await;
    let last = "[...document.querySelectorAll('.card-value')].every((card, index) =>
        card.firstChild.data.trim() === (999000 + index).toLocaleString('en'))";
    browser.until(last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_under_a_hundred_changes_a_second_stays_responsive() {
    const ROUNDS: usize = 50;
    let (app, program) = with_program(&[]).await;
    program.sets_all(&cards(0)).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/busy").await;
    ann.is("live").await;

    stays_responsive(&ann, async |number| {
        keeps_setting(&program, number * ROUNDS + 1..(number + 1) * ROUNDS + 1).await;
        ends(&program, &ann).await;
    })
    .await;

    ann.closes_without_complaint().await;
}

/// What a tab holds after its garbage was collected.
#[derive(Debug)]
struct Held {
    heap_kb: f64,
    nodes: f64,
    listeners: f64,
}

impl Held {
    async fn by(browser: &Browser) -> Self {
        for _ in 0..2 {
            browser.devtools("HeapProfiler.collectGarbage", json!({})).await;
        }
        let heap = browser.devtools("Runtime.getHeapUsage", json!({})).await;
        let counters = browser.devtools("Memory.getDOMCounters", json!({})).await;
        let number = |of: &Value, name: &str| of[name].as_f64().unwrap();
        Self {
            heap_kb: number(&heap, "usedSize") / 1024.0,
            nodes: number(&counters, "nodes"),
            listeners: number(&counters, "jsEventListeners"),
        }
    }

    /// But for what a browser itself may take more or less.
    fn is_no_more_than(&self, before: &Self) -> bool {
        self.nodes <= before.nodes + 20.0
            && self.listeners <= before.listeners
            && self.heap_kb <= before.heap_kb + 300.0
    }
}

/// `TIDINGS_TEST_BUSY_SECONDS=600` looks for ten minutes.
#[tokio::test(flavor = "multi_thread")]
async fn a_board_on_which_much_changes_holds_no_more_and_more() {
    let seconds = std::env::var("TIDINGS_TEST_BUSY_SECONDS").map_or(10, |seconds| seconds.parse().unwrap());
    let (app, program) = with_program(&[]).await;
    program.sets_all(&cards(0)).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/busy").await;
    ann.is("live").await;
    // What is made once is there then.
    keeps_setting(&program, 1..51).await;
    ends(&program, &ann).await;
    let before = Held::by(&ann).await;

    keeps_setting(&program, 51..51 + seconds * 10).await;
    ends(&program, &ann).await;

    // The browser itself may hold for a moment what was there last, on a machine that is busy; what is kept stays.
    let deadline = Instant::now() + TIMEOUT;
    let mut after = Held::by(&ann).await;
    while !after.is_no_more_than(&before) && Instant::now() < deadline {
        sleep(Duration::from_millis(500)).await;
        after = Held::by(&ann).await;
    }
    println!("after {seconds} s of a hundred changes each: {after:?}, before: {before:?}");
    assert!(after.is_no_more_than(&before), "{before:?} {after:?}");
    ann.closes_without_complaint().await;
}
