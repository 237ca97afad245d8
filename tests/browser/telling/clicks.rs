//! Clicks on notifications. No driver can click one, so the service worker is told of a click as its browser tells it, but
//! for the leave to focus a tab or to open one, which only a real click gives: which it would be is noted.

use serde_json::{Value, json};

use super::{SHOWN, ann_who_is_told, are_shown, goes_to_feed};
use crate::{
    browser::Browser,
    support::{Draft, Person, TestApp},
};

/// Clicks what is shown, and notes in a cache what the worker does.
const CLICK: &str = "(async () => {
    const note = async (what) => (await caches.open('noted')).put('/noted', new Response(what));
    WindowClient.prototype.focus = function () { return note(`focus ${new URL(this.url).pathname}`); };
    Clients.prototype.openWindow = (url) => note(`open ${url}`);
    const [notification] = await self.registration.getNotifications();
    const click = new NotificationEvent('notificationclick', { notification });
    click.waitUntil = (done) => done.catch((error) => note(String(error)));
    self.dispatchEvent(click);
})()";

/// What was noted, once something was.
const NOTED: &str = "(async () => {
    for (;;) {
        const noted = await caches.match('/noted');
        if (noted) { await caches.delete('noted'); return done(await noted.text()); }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
})();";

/// Asks for a click from outside the page, as the worker may have no tab.
async fn clicks_notification(ann: &Browser) {
    let targets = ann.devtools("Target.getTargets", json!({})).await;
    let workers = targets["targetInfos"].as_array().unwrap();
    let worker = workers.iter().find(|target| target["type"] == "service_worker").expect("it runs");
    let to_it = json!({ "targetId": worker["targetId"], "flatten": false });
    let session = ann.devtools("Target.attachToTarget", to_it).await["sessionId"].clone();
    let evaluate = json!({ "id": 1, "method": "Runtime.evaluate", "params": { "expression": CLICK } });
    let message = json!({ "sessionId": session, "message": evaluate.to_string() });
    ann.devtools("Target.sendMessageToTarget", message).await;
}

/// Ann, to whom a notification of this post is shown.
async fn ann_with_a_notification(app: &TestApp, boss: &Person) -> (Browser, i64) {
    let ann = ann_who_is_told(app).await;
    goes_to_feed(&ann).await;
    let post = boss.publishes(Draft::news("The secret news")).await;
    are_shown(&ann, &[format!("post-{post}: New post")]).await;
    (ann, post)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_opens_the_post_in_the_tab_that_is_open_and_in_no_other() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, post) = ann_with_a_notification(&app, &boss).await;
    let first = ann.tab().await;
    let second = ann.opens_tab("/account").await;
    ann.is("live").await;

    clicks_notification(&ann).await;

    ann.until(&format!("location.pathname === '/posts/{post}'")).await;
    assert_eq!(ann.text("h1").await, "The secret news");
    assert_eq!(ann.asks_later(NOTED).await, "focus /account", "the tab that was looked at");
    assert_eq!(ann.asks_later(SHOWN).await, json!([]), "what was clicked is not shown any more");
    ann.turns_to(&first).await;
    assert_eq!(ann.asks("location.pathname").await, "/", "the other tab stays where it is");
    ann.turns_to(&second).await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_page_of_ours_is_open_a_click_opens_one() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, post) = ann_with_a_notification(&app, &boss).await;
    // It is of the same address, and no page: nothing there would follow a click.
    ann.goes("/api/v1/openapi.json").await;

    clicks_notification(&ann).await;

    assert_eq!(ann.asks_later(NOTED).await, json!(format!("open /posts/{post}")));
    assert_eq!(ann.asks("location.pathname").await, "/api/v1/openapi.json");
    ann.goes(&format!("/posts/{post}")).await;
    assert_eq!(ann.text("h1").await, "The secret news");
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_signed_out_meanwhile_signs_in_first_and_then_sees_the_post() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, post) = ann_with_a_notification(&app, &boss).await;
    ann.goes("/api/v1/openapi.json").await;
    app.sql("DELETE FROM sessions").await;

    clicks_notification(&ann).await;

    let noted: Value = ann.asks_later(NOTED).await;
    ann.goes(noted.as_str().unwrap().strip_prefix("open ").unwrap()).await;
    ann.sees("form[action='/login']").await;
    assert!(!ann.driver.source().await.unwrap().contains("The secret news"));
    ann.signs_in_here(&app, "ann").await;
    ann.until(&format!("location.pathname === '/posts/{post}'")).await;
    assert_eq!(ann.text("h1").await, "The secret news");
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_on_what_was_missed_leads_to_the_whole_list() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, post) = ann_with_a_notification(&app, &boss).await;
    ann.goes("/?kind=alert").await;
    ann.is("live").await;
    let missed = "import(new URL('notifications.js', document.querySelector('script[src$=\"/tidings.js\"]').src)).then(async (it) => {
        await it.closeWhere(() => true);
        await it.showMissed({ title: 'Missed', user: document.querySelector('tidings-stream').getAttribute('user') });
        done(1);
    });";
    ann.asks_later(missed).await;

    clicks_notification(&ann).await;

    ann.until("location.pathname === '/' && location.search === ''").await;
    ann.is("live").await;
    ann.shows(&[post]).await;
    ann.closes_without_complaint().await;
}
