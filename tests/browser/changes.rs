//! Posts that change while people look at them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    browser::Browser,
    support::{Draft, Program, Role, TestApp},
};

in_every_engine! {
    an_alert_that_is_over_turns_calm_in_every_window_that_shows_it,
    an_edit_is_shown_in_place_and_moves_nobody,
}

async fn asks(program: &Program, method: Method, path: &str, body: Value) {
    let answer = program.request(method, &format!("/api/v1/posts/{path}")).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

async fn publishes(program: &Program, title: &str) -> i64 {
    let post = json!({ "kind": "alert", "severity": "critical", "title": title, "audience": "everyone" });
    program.sends(&post).await.json()["id"].as_i64().unwrap()
}

async fn an_alert_that_is_over_turns_calm_in_every_window_that_shows_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for name in ["ann", "bea", "cat"] {
        app.signs_up(name, Role::Member).await;
    }
    let program = Program::of(&app, "boss", "publish").await;
    boss.publishes(Draft::news("Bicycles")).await;
    let (ann, bea, cat) = (
        Browser::signs_in(&app, "ann").await,
        Browser::signs_in(&app, "bea").await,
        Browser::signs_in(&app, "cat").await,
    );
    cat.goes("/account").await;
    for browser in [&ann, &bea, &cat] {
        browser.is("live").await;
    }
    let post = publishes(&program, "Leave building C").await;
    let row = format!("document.querySelector('#post-{post}')");
    ann.until(&format!("{row} !== null")).await;
    cat.until("!document.querySelector('alert-bar').hidden").await;
    bea.goes(&format!("/posts/{post}")).await;
    bea.is("live").await;
    for browser in [&ann, &bea, &cat] {
        browser.asks("window.neverReloaded = true").await;
    }
    ann.asks(&format!("{row}.querySelector('a').focus()")).await;

    asks(&program, Method::PUT, &format!("{post}/resolution"), json!({ "note": "False alarm" })).await;

    ann.until(&format!("{row}.querySelector('.alert.over .flag')?.textContent.includes('Resolved')")).await;
    assert_eq!(ann.asks(&format!("document.activeElement === {row}.querySelector('a')")).await, true);
    assert!(ann.text(&format!("#post-{post} .over-note")).await.contains("False alarm"));
    ann.until("document.querySelector('#spoken-news').textContent === 'Resolved: Leave building C'").await;
    assert_eq!(ann.asks("document.querySelector('.new-posts').hidden").await, true);
    assert_eq!(ann.asks("document.querySelectorAll('li[data-post]').length").await, 2);
    bea.until("document.querySelector('article.whole.over .flag')?.textContent.includes('Resolved')").await;
    assert!(bea.text(".over-note").await.contains("False alarm"));
    cat.until("document.querySelector('alert-bar').hidden").await;
    cat.until("document.querySelector('#spoken-news').textContent === 'Resolved: Leave building C'").await;

    asks(&program, Method::DELETE, &format!("{post}/resolution"), json!({})).await;

    ann.until(&format!("{row}.querySelector('.alert.critical') !== null")).await;
    bea.until("document.querySelector('article.whole.critical') && !document.querySelector('.over-note')")
        .await;
    cat.until("!document.querySelector('alert-bar').hidden").await;
    for browser in [&ann, &bea, &cat] {
        assert_eq!(browser.asks("window.neverReloaded").await, true);
    }
    let live = ann.asks(&format!("{row}.outerHTML")).await;
    ann.goes("/").await;
    // Its times are the reader's by then.
    ann.is("live").await;
    assert_eq!(ann.asks(&format!("{row}.outerHTML.replace(' class=\"arriving\"', '')")).await, live);
    for browser in [ann, bea, cat] {
        browser.closes_without_complaint().await;
    }
}

async fn an_edit_is_shown_in_place_and_moves_nobody() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "boss", "publish").await;
    for number in 0..15 {
        boss.publishes(Draft::news(&format!("Number {number}")).body(&"A line.\n\n".repeat(6))).await;
    }
    let post = publishes(&program, "Pump 3").await;
    let low = boss.publishes(Draft::news("Last")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    ann.asks("scrollTo(0, 1500)").await;
    let first = "[...document.querySelectorAll('li[data-post]')].find((row) => row.getBoundingClientRect().top > 100)";
    ann.asks(&format!("void (window.first = {first})")).await;
    ann.asks("window.firstTop = first.getBoundingClientRect().top").await;

    asks(
        &program,
        Method::PATCH,
        &format!("{post}"),
        json!({ "title": "Pump 3 (×2)", "body": "More.\n\n".repeat(30) }),
    )
    .await;

    ann.until(&format!("document.querySelector('#post-{post} h2').textContent === 'Pump 3 (×2)'")).await;
    ann.until("Math.abs(first.getBoundingClientRect().top - firstTop) < 2").await;
    assert!(ann.text(&format!("#post-{post} .times")).await.contains("edited"));
    assert_eq!(ann.asks("document.querySelector('#spoken-news').textContent").await, "");
    assert_eq!(ann.asks("document.querySelector('.new-posts').hidden").await, true);
    let order =
        "[...document.querySelectorAll('li[data-post]')].slice(0, 2).map((row) => Number(row.dataset.post))";
    // What is urgent and not read stands on top.
    assert_eq!(ann.asks(order).await, json!([post, low]));
    ann.closes_without_complaint().await;
}
