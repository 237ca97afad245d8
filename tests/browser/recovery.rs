//! Cuts and comebacks.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Door, Draft, Role, TestApp},
};

in_every_engine! {
    after_a_crash_the_page_recovers_by_itself_and_shows_once_what_was_missed,
    after_a_graceful_restart_the_page_comes_back_too,
    a_network_that_falls_silent_is_noticed_and_caught_up_with,
    a_network_that_is_cut_is_noticed_and_caught_up_with,
    a_page_whose_cursor_the_log_forgot_reads_its_list_anew,
    a_page_brought_back_by_the_back_button_misses_nothing,
}

async fn after_a_crash_the_page_recovers_by_itself_and_shows_once_what_was_missed() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut posts = vec![boss.publishes(Draft::news("Before")).await];
    ann.shows(&posts).await;
    ann.asks("window.neverReloaded = true").await;

    app.kill().await;
    ann.is("reconnecting").await;
    app.restart().await;
    for draft in [Draft::news("One"), Draft::alert("warning", "Two"), Draft::news("Three")] {
        posts.insert(0, boss.publishes(draft).await);
    }

    ann.is("live").await;
    ann.shows(&posts).await;
    assert!(ann.text("li.line").await.starts_with("3 while you were away"));
    assert_eq!(ann.asks("document.querySelectorAll('li.line').length").await, 1);
    posts.insert(0, boss.publishes(Draft::news("Live again")).await);
    ann.shows(&posts).await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    ann.closes_without_complaint().await;
}

async fn after_a_graceful_restart_the_page_comes_back_too() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;

    app.stop().await;
    ann.is("reconnecting").await;
    app.restart().await;
    let post = boss.publishes(Draft::news("Missed or not")).await;

    ann.is("live").await;
    ann.shows(&[post]).await;
    ann.closes_without_complaint().await;
}

async fn a_network_that_falls_silent_is_noticed_and_caught_up_with() {
    outlives(Door::falls_silent).await;
}

async fn a_network_that_is_cut_is_noticed_and_caught_up_with() {
    outlives(Door::shuts).await;
}

/// A page says that its network fails, though the browser does not know, and catches up afterwards.
async fn outlives(fails: impl FnOnce(&Door)) {
    let mut app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let door = Door::to(&app).await;
    app.url.clone_from(&door.url);
    let ann = Browser::signs_in(&app, "ann").await;

    fails(&door);
    ann.is("reconnecting").await;
    let post = boss.publishes(Draft::news("Meanwhile")).await;
    door.opens();

    ann.is("live").await;
    ann.shows(&[post]).await;
    ann.closes_without_complaint().await;
}

/// Only Chromium's driver can make the browser say by itself that it is offline.
#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_without_network_says_so_and_catches_up() {
    let app = TestApp::start_with(&["--heartbeat", "1s"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    // Only the tab goes offline here, and its worker is told so by the page.
    let offline = |offline| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    ann.devtools("Network.enable", json!({})).await;

    ann.devtools("Network.emulateNetworkConditions", offline(true)).await;
    ann.is("reconnecting").await;
    let post = boss.publishes(Draft::news("Meanwhile")).await;
    ann.devtools("Network.emulateNetworkConditions", offline(false)).await;

    ann.is("live").await;
    ann.shows(&[post]).await;
    ann.closes_without_complaint().await;
}

async fn a_page_whose_cursor_the_log_forgot_reads_its_list_anew() {
    let mut app = TestApp::start_with(&["--keep-events", "2s"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut posts = vec![boss.publishes(Draft::news("Seen")).await];
    ann.shows(&posts).await;
    ann.asks("window.neverReloaded = true").await;

    // As after a disaster: the events are gone, and the posts are there.
    app.kill().await;
    ann.is("reconnecting").await;
    app.sql("UPDATE counter SET epoch = 'anotherepoch'").await;
    app.restart().await;
    posts.insert(0, boss.publishes(Draft::news("Not seen")).await);

    ann.is("live").await;
    ann.shows(&posts).await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    posts.insert(0, boss.publishes(Draft::news("Live again")).await);
    ann.shows(&posts).await;
    ann.closes_without_complaint().await;
}

async fn a_page_brought_back_by_the_back_button_misses_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let first = boss.publishes(Draft::news("First")).await;
    let ann = Browser::signs_in(&app, "ann").await;

    ann.clicks(&format!("#post-{first} a")).await;
    ann.until("location.pathname.startsWith('/posts/')").await;
    let second = boss.publishes(Draft::news("Second")).await;
    ann.asks("history.back()").await;

    ann.until("location.pathname === '/'").await;
    ann.shows(&[second, first]).await;
    ann.closes_without_complaint().await;
}
