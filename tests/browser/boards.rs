//! Boards on open pages.

mod ages;
mod busy;
mod tabs;

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    support::{Program, Role, TestApp, value},
};

in_every_engine! {
    a_value_changes_before_two_people_without_a_reload,
    a_card_comes_into_its_section_moves_and_goes,
    after_a_crash_a_board_is_what_the_table_says,
    a_board_that_was_narrowed_while_the_stream_was_cut_is_gone_when_it_is_back,
    the_name_and_the_pause_of_a_board_change_on_open_pages,
}

/// The cards on the page, in their order: section, title, what is shown large.
const CARDS: &str = "[...document.querySelectorAll('.card')].map((card) => [
    card.closest('.board-section')?.querySelector('h2').textContent ?? '',
    card.querySelector('.card-title').textContent.trim(),
    card.querySelector('.card-value, .card-state').textContent.trim(),
].join(': '))";

async fn shows(browser: &Browser, cards: &[&str]) {
    browser.until(&format!("JSON.stringify({CARDS}) === {}", json!(json!(cards).to_string()))).await;
}

fn open(board: &str, number: f64) -> Value {
    json!({ "board": board, "kind": "value", "value": number, "audience": "everyone" })
}

/// A server with somebody who reads, and a program that sets cards.
async fn with_program(options: &[&str]) -> (TestApp, Program) {
    let app = TestApp::start_with(options).await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "cards").await;
    (app, program)
}

async fn a_value_changes_before_two_people_without_a_reload() {
    let (app, program) = with_program(&[]).await;
    program.sets("boiler", &open("plant", 71.5)).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let boss = Browser::signs_in(&app, "boss").await;
    for browser in [&ann, &boss] {
        browser.goes("/boards/plant").await;
        browser.is("live").await;
        browser.asks("window.neverReloaded = true").await;
        browser.asks("document.querySelector('.card a').focus()").await;
        shows(browser, &["Cards: boiler: 71.5"]).await;
    }

    program.reports("boiler", "-8").await;

    for browser in [&ann, &boss] {
        shows(browser, &["Cards: boiler: −8"]).await;
        assert_eq!(browser.asks("window.neverReloaded").await, true);
        assert_eq!(browser.asks("document.activeElement.textContent").await, "boiler", "the focus stays");
        browser
            .until("/^reported (now|[0-9]+ s ago)$/.test(document.querySelector('.card-age').innerText)")
            .await;
    }
    ann.closes_without_complaint().await;
    boss.closes_without_complaint().await;
}

async fn a_card_comes_into_its_section_moves_and_goes() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "cards").await;
    program.sets("line.2", &open("plant", 2.0)).await;
    let layout = |text| [("name", "Plant"), ("everyone", "on"), ("place", "0"), ("layout", text)];
    boss.posts("/admin/boards/plant", &layout("# Machines\nline.*\n# Rooms\nroom.*")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/plant").await;
    shows(&ann, &["Machines: line.2: 2"]).await;

    for (key, number) in [("room.9", 9.0), ("other", 5.0), ("line.1", 1.0), ("line.3", 3.0)] {
        program.sets(key, &open("plant", number)).await;
    }

    let all = ["Machines: line.1: 1", "Machines: line.2: 2", "Machines: line.3: 3", "Rooms: room.9: 9"];
    ann.until("document.querySelectorAll('.card').length === 5").await;
    ann.until("document.querySelector('.board-count').textContent === '5 cards'").await;
    let live = ann.asks(CARDS).await;
    ann.reloads().await;
    assert_eq!(ann.asks(CARDS).await, live, "what comes live stands where a reload shows it");
    assert!(all.iter().all(|card| live.as_array().unwrap().contains(&json!(card))), "{live}");

    for key in ["room.9", "other", "line.2"] {
        program.removes(key).await;
    }
    shows(&ann, &["Machines: line.1: 1", "Machines: line.3: 3"]).await;
    assert_eq!(ann.asks("document.querySelectorAll('.board-section').length").await, 1);
    boss.posts("/admin/boards/plant", &layout("# Last\nline.1\n# First\nline.3")).await;
    ann.is("live").await;
    shows(&ann, &["Last: line.1: 1", "First: line.3: 3"]).await;
    boss.posts("/admin/boards/plant", &layout("line.3\nline.1")).await;
    shows(&ann, &["Cards: line.3: 3", "Cards: line.1: 1"]).await;

    for key in ["line.1", "line.3"] {
        program.removes(key).await;
    }
    ann.sees(".board .empty-state").await;
    ann.closes_without_complaint().await;
}

async fn after_a_crash_a_board_is_what_the_table_says() {
    let (mut app, program) = with_program(&[]).await;
    for key in ["a", "b", "c"] {
        program.sets(key, &open("plant", 1.0)).await;
    }
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/plant").await;
    ann.is("live").await;
    program.reports("a", "2").await;
    shows(&ann, &["Cards: a: 2", "Cards: b: 1", "Cards: c: 1"]).await;

    app.kill().await;
    ann.is("reconnecting").await;
    app.restart().await;
    let program = program.at(&app);
    program.removes("b").await;
    program.reports("c", "3").await;
    program.sets("d", &open("plant", 4.0)).await;

    ann.is("live").await;
    shows(&ann, &["Cards: a: 2", "Cards: c: 3", "Cards: d: 4"]).await;
    program.reports("a", "5").await;
    shows(&ann, &["Cards: a: 5", "Cards: c: 3", "Cards: d: 4"]).await;
    ann.closes_without_complaint().await;
}

async fn a_board_that_was_narrowed_while_the_stream_was_cut_is_gone_when_it_is_back() {
    let (mut app, program) = with_program(&[]).await;
    program.sets("a", &open("plant", 1.0)).await;
    let for_boss = json!({ "board": "other", "value": 1, "audience": { "people": ["boss"] } });
    program.sets("b", &for_boss).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/plant").await;
    ann.is("live").await;
    shows(&ann, &["Cards: a: 1"]).await;

    app.kill().await;
    ann.is("reconnecting").await;
    let narrowed = "audience = (SELECT audience FROM boards WHERE slug = 'other') WHERE slug = 'plant'";
    app.sql(&format!("UPDATE boards SET {narrowed}")).await;
    app.restart().await;

    ann.is("live").await;
    shows(&ann, &[]).await;
    ann.closes_without_complaint().await;
}

async fn the_name_and_the_pause_of_a_board_change_on_open_pages() {
    let (app, program) = with_program(&[]).await;
    program.sets("a", &open("plant", 1.0)).await;
    let boss = app.signs_in("boss").await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/boards/plant").await;
    ann.is("live").await;
    let says = "document.querySelector('.board-pause:not([hidden])')?.textContent ?? ''";

    boss.posts("/admin/boards/plant/pause", &[("minutes", "60")]).await;
    ann.until(&format!("({says}).includes('boss')")).await;
    shows(&ann, &["Cards: a: 1"]).await;
    boss.posts("/admin/boards/plant", &[("name", "Works"), ("place", "0"), ("everyone", "on")]).await;
    ann.until("document.querySelector('h1').textContent.trim() === 'Works'").await;
    assert!(ann.asks(&format!("({says}).includes('boss')")).await == true, "the pause goes on");

    // What is said until a time goes by itself.
    let end = "document.querySelector('.board-pause').dataset.until";
    ann.asks(&format!("window.end = {end}")).await;
    ann.asks(&format!("{end} = '2026-01-01T00:00:00Z'")).await;
    ann.until(&format!("({says}) === ''")).await;
    ann.asks(&format!("{end} = window.end")).await;
    ann.until(&format!("({says}).includes('boss')")).await;

    boss.posts("/admin/boards/plant/pause/removal", &[]).await;
    ann.until(&format!("({says}) === ''")).await;
    shows(&ann, &["Cards: a: 1"]).await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_board_without_javascript_is_right_and_says_to_reload() {
    let (app, program) = with_program(&[]).await;
    program.sets("boiler", &value("plant", 71.5)).await;
    let boss = Browser::opens_without_scripts(&app).await;
    boss.goes("/boards/plant").await;
    boss.signs_in_here(&app, "boss").await;

    assert!(boss.text(".masthead").await.contains("Reload to see what is new"));
    assert_eq!(boss.text(".card-value").await, "71.5");
    program.reports("boiler", "72").await;
    boss.reloads().await;

    assert_eq!(boss.text(".card-value").await, "72");
}
