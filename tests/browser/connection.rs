//! The page that says how one is connected, and the page that a browser shows when nothing is.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    the_page_about_the_connection_measures_a_test_that_nobody_else_gets,
}

fn fact(name: &str) -> String {
    format!("document.querySelector('[data-fact={name}]').textContent")
}

async fn the_page_about_the_connection_measures_a_test_that_nobody_else_gets() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.asks("document.querySelector('stream-pill a').click()").await;
    ann.until("location.pathname === '/connection'").await;
    ann.is("live").await;

    ann.until("document.querySelector('.doctor-state').textContent.includes('Live since')").await;
    ann.until(&format!("{}.includes('Nothing holds back')", fact("way"))).await;
    ann.until(&format!(
        "{}.includes('of this browser') || {}.includes('stream of its own')",
        fact("tabs"),
        fact("tabs")
    ))
    .await;
    ann.until(&format!("{}.startsWith('None')", fact("cuts"))).await;
    assert!(ann.text(".facts").await.contains("The page reached the server over HTTP/1.1."));
    // By its key: what the page finds out may still move it away from under a pointer.
    ann.sees("form[action='/connection/test'] button").await.send_keys("\u{e007}").await.unwrap();
    ann.until(&format!("{}.startsWith('It came.')", fact("test"))).await;
    let feed = app.signs_in("ann").await.reads_feed().await;
    assert_eq!(feed.posts.len(), 1);
    assert!(feed.text.contains("A test of your connection"));
    assert!(app.signs_in("bea").await.reads_feed().await.posts.is_empty());
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_about_the_connection_counts_cuts_and_tabs() {
    let mut app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.opens_tab("/connection").await;
    ann.is("live").await;
    ann.until(&format!("{}.startsWith('2 tabs')", fact("tabs"))).await;

    app.kill().await;
    ann.is("reconnecting").await;
    ann.until(&format!("{} === 'Not connected at the moment.'", fact("way"))).await;
    app.restart().await;
    ann.is("live").await;

    ann.until(&format!("{}.startsWith('1 cut, at')", fact("cuts"))).await;
    ann.closes_without_complaint().await;
}

/// What the service worker keeps: the addresses, without the build's name.
const KEPT: &str = "(async () => {
    const addresses = [];
    for (const name of await caches.keys()) {
        for (const { url } of await (await caches.open(name)).keys()) addresses.push(new URL(url).pathname.replace(/assets.[0-9a-f]+/, 'assets'));
    }
    done(addresses.sort());
})()";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_a_page_says_so_shows_nothing_of_anybody_and_comes_back_by_itself() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    boss.publishes(Draft::news("For Ann alone").to(&["ann"])).await;
    let browser = Browser::signs_in(&app, "ann").await;
    browser.asks_later("navigator.serviceWorker.ready.then(() => done(1));").await;
    browser.goes("/").await;
    browser.sees("li[data-post]").await;
    browser.clicks("form[action='/logout'] button").await;
    browser.sees("form[action='/login']").await;
    browser.signs_in_here(&app, "bea").await;
    browser.is("live").await;
    let posts = boss.publishes(Draft::news("For Bea alone").to(&["bea"])).await;
    browser.shows(&[posts]).await;

    app.kill().await;
    for path in ["/", "/posts/1", "/account", "/anything"] {
        browser.goes(path).await;
        assert_eq!(browser.text("h1").await, "You are offline", "{path}");
        let source = browser.driver.source().await.unwrap();
        for words in ["For Ann", "For Bea", "ann", "bea"] {
            assert!(!source.contains(words), "{path} shows {words}: {source}");
        }
    }
    let kept = browser.asks_later(KEPT).await;
    assert_eq!(kept, json!(["/assets/js/offline-page.js", "/assets/tidings.css", "/offline"]));
    let styled = browser.asks("getComputedStyle(document.querySelector('main')).display").await;
    assert_eq!(styled, "grid", "it has its style");
    browser.goes("/").await;
    browser.sees(".try-again").await;

    app.restart().await;
    browser.sees("post-feed").await;
    browser.is("live").await;
    browser.shows(&[posts]).await;
    browser.closes_without_complaint().await;
}
