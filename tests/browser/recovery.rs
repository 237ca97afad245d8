//! Cuts and comebacks.

use serde_json::json;

use crate::{
    browser::Browser,
    door::Door,
    support::{Draft, Person, Role, TestApp},
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
    let (boss, ann) = boss_and_anns_page(&app).await;
    let mut posts = vec![boss.publishes(Draft::news("Before")).await];
    ann.shows(&posts).await;
    ann.asks("window.neverReloaded = true").await;

    app.kill().await;
    ann.is("reconnecting").await;
    app.restart().await;
    for draft in [Draft::news("One"), Draft::alert("info", "Two"), Draft::news("Three")] {
        posts.insert(0, boss.publishes(draft).await);
    }

    ann.is("live").await;
    ann.shows(&posts).await;
    assert!(ann.text("li.divider").await.starts_with("3 new posts while you were away"));
    assert_eq!(ann.asks("document.querySelectorAll('li.divider').length").await, 1);
    posts.insert(0, boss.publishes(Draft::news("Live again")).await);
    ann.shows(&posts).await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    ann.closes_without_complaint().await;
}

async fn after_a_graceful_restart_the_page_comes_back_too() {
    let mut app = TestApp::start().await;
    let (boss, ann) = boss_and_anns_page(&app).await;

    app.stop().await;
    ann.is("reconnecting").await;
    app.restart().await;
    let post = boss.publishes(Draft::news("Missed or not")).await;

    ann.is("live").await;
    ann.shows(&[post]).await;
    ann.closes_without_complaint().await;
}

/// Somebody who publishes, and the page of somebody who reads.
async fn boss_and_anns_page(app: &TestApp) -> (Person, Browser) {
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    (boss, Browser::signs_in(app, "ann").await)
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

    // What the worker of the page loads is not cut off half-way, of which the browser would tell.
    ann.asks_later("navigator.serviceWorker.ready.then(() => done(true))").await;
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
    let (boss, ann) = boss_and_anns_page(&app).await;
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
    let (boss, ann) = boss_and_anns_page(&app).await;
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
    // Where the page itself was kept, the link has the focus still, and what is new waits.
    ann.asks("document.activeElement.blur()").await;
    ann.shows(&[second, first]).await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_ahead_of_a_copy_that_was_put_back_show_exactly_the_list() {
    let mut app = TestApp::start().await;
    let (boss, ann) = boss_and_anns_page(&app).await;
    let feed = ann.tab().await;
    let kept = boss.publishes(Draft::news("Kept")).await;
    ann.shows(&[kept]).await;
    app.stop().await;
    let copy = app.folder.path().join("copy.db");
    std::fs::copy(app.database_file(), &copy).unwrap();
    app.restart().await;
    let lost = boss.publishes(Draft::news("Lost")).await;
    ann.is("live").await;
    ann.shows(&[lost, kept]).await;
    ann.asks("window.neverReloaded = true").await;
    // As if one had gone on to another page: when it comes back, it joins the others' stream with what it had.
    let other = ann.opens_tab("/").await;
    ann.is("live").await;
    ann.shows(&[lost, kept]).await;
    ann.asks("addEventListener('visibilitychange', (event) => event.stopImmediatePropagation(), true)").await;
    ann.asks("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))").await;

    app.stop().await;
    std::fs::remove_file(app.database_file()).unwrap();
    std::fs::copy(copy, app.database_file()).unwrap();
    app.restart().await;
    // The lost post's number is given again.
    let mut posts = vec![boss.publishes(Draft::news("In its place")).await, kept];
    assert_eq!(posts[0], lost);

    ann.turns_to(&feed).await;
    ann.is("live").await;
    ann.until("document.querySelector('.posts').textContent.includes('In its place')").await;
    ann.shows(&posts).await;
    posts.insert(0, boss.publishes(Draft::alert("info", "And one more")).await);
    ann.shows(&posts).await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    ann.turns_to(&other).await;
    ann.shows(&[lost, kept]).await;
    ann.asks("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))").await;
    ann.is("live").await;
    ann.shows(&posts).await;
    ann.until("!document.querySelector('.posts').textContent.includes('Lost')").await;
    posts.insert(0, boss.publishes(Draft::news("Live again")).await);
    for tab in [&other, &feed] {
        ann.turns_to(tab).await;
        ann.shows(&posts).await;
    }
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_further_on_than_the_stream_it_shares_does_not_trust_what_it_saw() {
    let mut app = TestApp::start().await;
    let (boss, ann) = boss_and_anns_page(&app).await;
    let feed = ann.tab().await;
    let kept = boss.publishes(Draft::news("Kept")).await;
    ann.shows(&[kept]).await;
    // Not for Ann: the stream will pass over it with its next heartbeat, and a page that is made now is there already.
    boss.publishes(Draft::news("Lost").to(&["boss"])).await;
    let ahead = ann.opens_tab("/").await;
    ann.is("live").await;

    app.kill().await;
    for (table, number) in [("events", "id"), ("audiences", "number"), ("posts", "number")] {
        app.sql(&format!("DELETE FROM {table} WHERE {number} = (SELECT last_id FROM counter)")).await;
    }
    app.sql("UPDATE counter SET last_id = last_id - 1").await;
    app.restart().await;
    let found = boss.publishes(Draft::news("In its place")).await;

    for tab in [&ahead, &feed] {
        ann.turns_to(tab).await;
        ann.is("live").await;
        ann.shows(&[found, kept]).await;
    }
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_looked_at_waits_five_seconds_at_most_and_a_click_tries_at_once() {
    let mut app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.asks(
        "(window.waits = [], document.addEventListener('stream:state', ({ detail }) => \
         detail.until && window.waits.push(detail.until - Date.now())))",
    )
    .await;

    app.kill().await;
    // By then a wait would be up to half a minute.
    ann.until("window.waits.length > 5").await;
    let waits = ann.asks("window.waits").await;
    let waits: Vec<f64> = serde_json::from_value(waits).unwrap();
    assert!(waits.iter().all(|wait| (0.0..=5000.0).contains(wait)), "{waits:?}");

    let clicked = ann
        .asks_later(
            "document.addEventListener('stream:state', function waits({ detail }) {
                 if (detail.until - Date.now() < 900) return;
                 document.removeEventListener('stream:state', waits);
                 const now = Date.now();
                 const next = ({ detail }) => done({ until: detail.until, after: Date.now() - now });
                 document.addEventListener('stream:state', next, { once: true });
                 document.querySelector('stream-pill button').click();
             });",
        )
        .await;
    assert_eq!(clicked["until"], 0, "it tries");
    assert!(clicked["after"].as_f64().unwrap() < 800.0, "{clicked}");
    app.restart().await;
    ann.is("live").await;
    ann.until("!document.querySelector('stream-pill button')").await;
    ann.closes_without_complaint().await;
}
