//! A critical alert for somebody who is not at the feed.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    a_critical_alert_is_a_bar_on_every_page_until_it_is_opened,
    what_arrived_while_no_page_was_open_is_a_bar_until_it_is_put_away_in_any_tab,
    nobody_sees_the_bar_of_another,
}

/// The titles in the bar, from the top; nothing while it is hidden.
const BAR: &str = "document.querySelector('alert-bar').hidden ? '' : \
                   [...document.querySelectorAll('.alert-bar-title')].map((title) => title.textContent).join(' | ')";

const ICON: &str = "document.querySelector('link[rel=icon]').href.split('/').at(-1)";

async fn bar_says(browser: &Browser, titles: &str) {
    browser.until(&format!("({BAR}) === {}", json!(titles))).await;
}

/// Waits until the page has asked the server and knows that there is nothing to show.
async fn bar_is_empty(browser: &Browser) {
    browser.asks_later("fetch('/alerts').then((answer) => answer.json()).then(done);").await;
    bar_says(browser, "").await;
}

async fn a_critical_alert_is_a_bar_on_every_page_until_it_is_opened() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/account").await;
    ann.is("live").await;
    let calm = ann.asks("document.title").await;
    assert_eq!(ann.asks(ICON).await, "icon.svg");
    boss.publishes(Draft::alert("warning", "Only a warning")).await;

    let post = boss.publishes(Draft::alert("critical", "Leave building C")).await;

    bar_says(&ann, "Leave building C").await;
    ann.sees("alert-bar a.button").await;
    let title = json!(format!("(2) Critical alert: Leave building C · {}", calm.as_str().unwrap()));
    ann.until(&format!("document.title === {title}")).await;
    assert_eq!(ann.asks(ICON).await, "icon-alert.svg");
    ann.until("document.querySelector('#spoken-alerts').textContent.includes('Leave building C')").await;
    assert_eq!(ann.asks("getComputedStyle(document.querySelector('.masthead')).position").await, "sticky");
    for page in ["/api", "/nothing-is-here", "/account"] {
        ann.goes(page).await;
        if page != "/nothing-is-here" {
            bar_says(&ann, "Leave building C").await;
            ann.until("document.querySelector('#spoken-alerts').textContent.includes('not opened: Leave building C')").await;
        }
    }
    ann.clicks("alert-bar a.button").await;
    ann.until(&format!("location.pathname === '/posts/{post}'")).await;
    ann.is("live").await;
    bar_is_empty(&ann).await;
    ann.goes("/account").await;
    ann.is("live").await;
    bar_is_empty(&ann).await;
    // The warning was not read.
    let calm = json!(format!("(1) {}", calm.as_str().unwrap()));
    ann.until(&format!("document.title === {calm} && ({ICON}) === 'icon-unread.svg'")).await;
    ann.closes_without_complaint().await;
}

async fn what_arrived_while_no_page_was_open_is_a_bar_until_it_is_put_away_in_any_tab() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.visits("about:blank").await;
    for title in ["One", "Two", "Three", "Four"] {
        boss.publishes(Draft::alert("critical", title)).await;
    }

    ann.goes("/account").await;
    let first = ann.tab().await;
    bar_says(&ann, "Four | Three | Two").await;
    ann.opens_tab("/account").await;
    bar_says(&ann, "Four | Three | Two").await;
    ann.clicks("alert-bar .alert-bar-row button").await;
    bar_says(&ann, "Three | Two").await;
    ann.turns_to(&first).await;
    ann.until(&format!("!({BAR}).includes('Four')")).await;

    ann.goes("/").await;
    ann.is("live").await;
    bar_is_empty(&ann).await;
    assert_eq!(ann.posts().await.len(), 4, "the feed has them all");
    ann.goes("/account").await;
    ann.is("live").await;
    bar_is_empty(&ann).await;
    ann.closes_without_complaint().await;
}

async fn nobody_sees_the_bar_of_another() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    let browser = Browser::signs_in(&app, "ann").await;
    browser.goes("/account").await;
    browser.is("live").await;
    let anns = browser.tab().await;
    boss.publishes(Draft::alert("critical", "For Ann").to(&["ann"])).await;
    bar_says(&browser, "For Ann").await;

    let beas = browser.opens_tab("/account").await;
    bar_says(&browser, "For Ann").await;
    browser.clicks("form[action='/logout'] button").await;
    browser.sees("form[action='/login']").await;
    browser.turns_to(&anns).await;
    browser.is("signed-out").await;
    bar_says(&browser, "").await;
    let left = browser.asks("document.querySelector('alert-bar').textContent").await;
    assert_eq!(
        (left, browser.asks(ICON).await),
        (json!(""), json!("icon.svg")),
        "nothing of it is left on the page"
    );
    browser.turns_to(&beas).await;
    browser.signs_in_here(&app, "bea").await;
    browser.goes("/account").await;
    browser.is("live").await;
    bar_is_empty(&browser).await;
    browser.turns_to(&anns).await;
    bar_is_empty(&browser).await;
    let asked = browser.asks_later("fetch('/alerts').then((answer) => answer.json()).then(done);").await;
    assert_eq!(asked["alerts"], Value::Array(vec![]));
    browser.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_feed_what_arrives_stands_below_what_is_more_urgent_as_a_reload_shows_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    let mut posts = Vec::new();
    for (draft, place) in [
        (Draft::news("News"), 0),
        (Draft::alert("critical", "Only tried").with("drill", "on"), 0),
        (Draft::alert("critical", "Leave building C"), 0),
        (Draft::alert("warning", "Low water"), 1),
        (Draft::news("Read this").with("acknowledge", "on"), 1),
        (Draft::alert("critical", "Tried again").with("drill", "on"), 3),
        (Draft::alert("critical", "Smoke in hall B"), 0),
        (Draft::news("Later"), 6),
    ] {
        posts.insert(place, boss.publishes(draft).await);
        ann.shows(&posts).await;
    }
    ann.goes("/").await;
    ann.shows(&posts).await;
    ann.closes_without_complaint().await;
}
