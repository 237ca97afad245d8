//! Boards in one tab of several.

use serde_json::{Value, json};

use super::{open, shows};
use crate::{
    browser::Browser,
    support::{Draft, Program, Role, TestApp},
};

in_every_engine! {
    two_tabs_with_different_boards_share_one_stream_and_notice_nothing,
    the_board_above_the_feed_is_live_and_goes_with_its_reader,
}

async fn two_tabs_with_different_boards_share_one_stream_and_notice_nothing() {
    // Were there a second stream, it would be refused.
    let app = TestApp::start_with(&["--max-streams-per-user", "1"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("a", &open("one", 1.0)).await;
    program.sets("b", &open("two", 1.0)).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let feed = ann.tab().await;
    ann.asks("window.heard = []").await;
    ann.asks("document.addEventListener('stream:state', ({ detail }) => window.heard.push(detail.name))")
        .await;
    ann.asks("document.addEventListener('stream:hello', () => window.heard.push('hello'))").await;
    ann.asks("document.addEventListener('stream:cards', () => window.heard.push('cards'))").await;

    let one = ann.opens_tab("/boards/one").await;
    ann.is("live").await;
    let two = ann.opens_tab("/boards/two").await;
    ann.is("live").await;
    let again = ann.opens_tab("/boards/one").await;
    ann.is("live").await;

    for number in 2..5 {
        program.reports("a", &number.to_string()).await;
        program.reports("b", &format!("{number}0")).await;
        for (tab, card) in [
            (&one, format!("Cards: a: {number}")),
            (&two, format!("Cards: b: {number}0")),
            (&again, format!("Cards: a: {number}")),
        ] {
            ann.turns_to(tab).await;
            shows(&ann, &[&card]).await;
        }
    }
    let post = boss.publishes(Draft::news("To all tabs")).await;
    ann.turns_to(&feed).await;
    ann.shows(&[post]).await;
    assert_eq!(
        ann.asks("window.heard").await,
        json!([]),
        "a page without a board hears of none, and of no change"
    );
    assert_eq!(ann.asks("document.querySelector('.divider')").await, Value::Null);
    ann.closes_without_complaint().await;
}

async fn the_board_above_the_feed_is_live_and_goes_with_its_reader() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("price", &open("ticker", 73.85)).await;
    let settings =
        [("name", "Ticker"), ("everyone", "on"), ("place", "0"), ("layout", ""), ("above_feed", "on")];
    boss.posts("/admin/boards/ticker", &settings).await;
    let ann = Browser::signs_in(&app, "ann").await;
    shows(&ann, &["Cards: price: 73.85"]).await;

    program.reports("price", "74.1").await;
    shows(&ann, &["Cards: price: 74.1"]).await;
    let feed = ann.tab().await;
    let other = ann.opens_tab("/account").await;
    ann.clicks("form[action='/logout'] button").await;
    ann.sees("form[action='/login']").await;
    ann.turns_to(&feed).await;
    ann.is("signed-out").await;
    shows(&ann, &[]).await;
    ann.turns_to(&other).await;
    ann.signs_in_here(&app, "ann").await;
    ann.is("live").await;
    ann.turns_to(&feed).await;

    ann.is("live").await;
    shows(&ann, &["Cards: price: 74.1"]).await;
    ann.closes_without_complaint().await;
}
