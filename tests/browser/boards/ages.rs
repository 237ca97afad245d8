//! Cards that are not heard of.

use serde_json::json;

use super::{open, with_program};
use crate::browser::Browser;

in_every_engine! {
    a_card_that_is_not_heard_of_turns_old_and_says_so,
    work_that_is_not_heard_of_turns_stalled_and_says_so,
}

async fn a_card_that_is_not_heard_of_turns_old_and_says_so() {
    let (app, program) = with_program(&[]).await;
    let mut card = open("plant", 6.1);
    card["ttl"] = json!(3);
    program.sets("roof", &card).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/plant").await;

    ann.until("document.querySelector('.card.old .card-age').innerText.startsWith('Old: reported ')").await;
    ann.until("document.querySelector('.board-worst').innerText.includes('roof')").await;
    program.reports("roof", "6.2").await;

    ann.until("document.querySelector('.card:not(.old) .card-age').innerText.startsWith('reported ')").await;
    ann.until("document.querySelector('.board-worst').hidden").await;
    ann.closes_without_complaint().await;
}

async fn work_that_is_not_heard_of_turns_stalled_and_says_so() {
    let (app, program) = with_program(&[]).await;
    let mut roof = open("plant", 6.1);
    roof["ttl"] = json!(1);
    program.sets("roof", &roof).await;
    let copy = json!({ "board": "plant", "kind": "progress", "state": "running", "percent": 40, "ttl": 3 });
    program.sets("copy", &copy).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/plant").await;
    let is_seen = |part: &str| format!("document.querySelector('[data-card=copy] {part}').offsetHeight > 0");

    ann.until(&format!("{} && !({})", is_seen(".card-stalled"), is_seen(".card-value"))).await;
    ann.until("document.querySelector('[data-card=copy] .card-age').innerText.startsWith('No report: ')")
        .await;
    ann.until("document.querySelector('.board-worst').innerText.includes('copy')").await;
    program.changes("copy", &json!({ "percent": 50 })).await;

    ann.until(&format!("{} && !({})", is_seen(".card-value"), is_seen(".card-stalled"))).await;
    ann.closes_without_complaint().await;
}
