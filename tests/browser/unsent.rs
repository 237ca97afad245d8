//! What is typed into a post, and not published yet.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Role, TestApp},
};

in_every_engine! {
    leaving_unsent_text_asks_and_publishing_or_an_empty_form_does_not,
    what_is_kept_has_no_passwords_and_lasts_a_day,
    after_the_session_ended_publishing_leads_through_signing_in_back_to_the_text,
    a_session_that_ended_otherwise_keeps_it_and_signing_out_here_does_not,
    somebody_else_who_signs_in_here_finds_nothing_of_it,
    without_a_connection_publishing_says_so_and_is_done_once_when_there_is_one,
    an_answer_that_was_lost_on_the_way_does_not_make_a_second_post,
}

const PUBLISH: &str = ".actions button:not([formaction])";
const IS_EMPTY: &str =
    "document.querySelector('#title').value === '' && document.querySelector('#body').value === ''";
const IS_BACK: &str = "document.querySelector('#title')?.value === 'Half a title' \
    && document.querySelector('#body').value === 'Two\\nlines' \
    && document.querySelector('[value=warning]').checked \
    && document.querySelector('.chosen [name=recipients][value=ann]') !== null \
    && document.querySelectorAll('.chosen [name=recipients]').length === 1";
const KEPT: &str = "Object.keys(localStorage).filter((name) => name.startsWith('tidings-draft-')).length";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_typed_is_there_again_on_back_until_it_was_published() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;
    app.signs_up("aaron", Role::Member).await;

    boss.clicks("a.brand").await;
    boss.until("location.pathname === '/'").await;
    boss.asks("history.back()").await;

    boss.until(IS_BACK).await;
    assert!(boss.text(".draft-note").await.contains("It is not published"));
    assert!(boss.text(".chosen").await.contains("ann"));
    boss.reloads().await;
    boss.until(IS_BACK).await;
    boss.clicks(PUBLISH).await;
    boss.until("location.pathname.startsWith('/posts/')").await;
    assert_eq!(boss.asks(KEPT).await, 0);
    boss.asks("history.back()").await;
    boss.until("location.pathname === '/admin/posts/new'").await;
    boss.until(IS_EMPTY).await;
    assert_eq!(app.signs_in("ann").await.reads_feed().await.posts.len(), 1);
    boss.closes_without_complaint().await;
}

async fn leaving_unsent_text_asks_and_publishing_or_an_empty_form_does_not() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;
    let asks = "(() => { const leaving = new Event('beforeunload', { cancelable: true }); \
        dispatchEvent(leaving); return leaving.defaultPrevented; })()";

    assert_eq!(boss.asks(asks).await, true);
    // The one that a preview leads to, too, where nothing was typed yet.
    boss.clicks(".actions button[value='preview']").await;
    boss.sees("#preview").await;
    boss.until(asks).await;
    boss.types("title", " ").await;
    boss.types("body", " ").await;
    assert_eq!(boss.asks(asks).await, false);
    boss.until(&format!("{KEPT} === 0")).await;
    boss.closes_without_complaint().await;
}

async fn what_is_kept_has_no_passwords_and_lasts_a_day() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;
    boss.until("Object.values(localStorage).some((kept) => kept.includes('\"recipients\",\"ann\"'))").await;

    let kept = boss.asks("JSON.stringify(Object.entries(localStorage))").await.to_string();
    assert!(kept.contains("Half a title") && !kept.contains("password"), "{kept}");
    boss.asks(
        "Object.keys(localStorage).filter((name) => name.startsWith('tidings-draft-')).forEach((name) => { \
         const draft = JSON.parse(localStorage[name]); draft.at -= 24 * 60 * 60 * 1000; \
         localStorage[name] = JSON.stringify(draft); })",
    )
    .await;
    boss.goes("/").await;
    boss.is("live").await;

    assert_eq!(boss.asks(KEPT).await, 0);
    boss.goes("/admin/posts/new").await;
    boss.until(IS_EMPTY).await;
    boss.closes_without_complaint().await;
}

async fn after_the_session_ended_publishing_leads_through_signing_in_back_to_the_text() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;

    ends_sessions_of(&app, "boss").await;
    boss.is("signed-out").await;
    assert_eq!(boss.asks("document.querySelector('#title').value").await, "Half a title");
    boss.clicks(PUBLISH).await;
    boss.until("document.querySelector('main').textContent.includes('your post is not published yet')").await;
    boss.signs_in_here(&app, "boss").await;

    boss.until(IS_BACK).await;
    assert!(boss.text(".problems").await.contains("You were signed out; your post is not published yet."));
    let ann = app.signs_in("ann").await;
    assert_eq!(ann.reads_feed().await.posts.len(), 0, "signing in publishes nothing");
    boss.clicks(PUBLISH).await;
    boss.until("location.pathname.startsWith('/posts/')").await;
    assert_eq!(ann.reads_feed().await.posts.len(), 1);
    assert_eq!(boss.asks(KEPT).await, 0);
    boss.closes_without_complaint().await;
}

async fn a_session_that_ended_otherwise_keeps_it_and_signing_out_here_does_not() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;

    ends_sessions_of(&app, "boss").await;
    boss.is("signed-out").await;
    // Even in a new tab, when the one that it was typed in is closed.
    let old = boss.tab().await;
    let new = boss.opens_tab("/login").await;
    boss.turns_to(&old).await;
    boss.closes_tab().await;
    boss.turns_to(&new).await;
    boss.signs_in_here(&app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.until(IS_BACK).await;

    boss.clicks("form[action='/logout'] button").await;
    boss.sees("form[action='/login']").await;
    assert_eq!(boss.asks(KEPT).await, 0);
    boss.signs_in_here(&app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.until(IS_EMPTY).await;
    boss.closes_without_complaint().await;
}

async fn somebody_else_who_signs_in_here_finds_nothing_of_it() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;
    app.signs_up("eve", Role::Publisher).await;
    let bosss = boss.tab().await;

    ends_sessions_of(&app, "boss").await;
    boss.is("signed-out").await;
    let eves = boss.opens_tab("/login").await;
    boss.signs_in_here(&app, "eve").await;

    boss.until(&format!("{KEPT} === 0")).await;
    boss.goes("/admin/posts/new").await;
    boss.until(IS_EMPTY).await;
    // The page that was open gives way to what is Eve's.
    boss.turns_to(&bosss).await;
    boss.until("document.querySelector('.viewer-name')?.textContent.includes('eve')").await;
    boss.until(IS_EMPTY).await;
    assert_eq!(boss.asks(KEPT).await, 0);
    boss.turns_to(&eves).await;
    boss.closes_without_complaint().await;
}

async fn without_a_connection_publishing_says_so_and_is_done_once_when_there_is_one() {
    let mut app = TestApp::start().await;
    let boss = writes(&app).await;

    app.kill().await;
    boss.is("reconnecting").await;
    boss.clicks(PUBLISH).await;
    assert!(boss.text(".sending-note").await.contains("Not connected"));
    assert_eq!(boss.asks("location.pathname").await, "/admin/posts/new");
    boss.clicks(".sending-note button").await;
    boss.until("document.querySelector('.sending-note').hidden").await;
    boss.until(IS_BACK).await;
    boss.clicks(PUBLISH).await;
    boss.sees(".sending-note").await;
    app.restart().await;

    boss.until("location.pathname.startsWith('/posts/')").await;
    assert_eq!(app.signs_in("ann").await.reads_feed().await.posts.len(), 1);
    boss.closes_without_complaint().await;
}

async fn an_answer_that_was_lost_on_the_way_does_not_make_a_second_post() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;
    // The first form arrives, and its answer does not.
    boss.asks(
        "(window.tries = 0, window.ask = window.fetch, window.fetch = async (...request) => { \
         const answer = await window.ask(...request); if (!String(request[0]).endsWith('/admin/posts')) return answer; window.tries += 1; \
         if (window.tries === 1) throw new TypeError('network error'); \
         sessionStorage.setItem('tries', window.tries); return answer; }, true)",
    )
    .await;

    boss.clicks(PUBLISH).await;
    boss.until("location.pathname.startsWith('/posts/')").await;

    assert_eq!(boss.asks("sessionStorage.getItem('tries')").await, "2");
    assert_eq!(boss.asks(KEPT).await, 0);
    assert_eq!(app.signs_in("ann").await.reads_feed().await.posts.len(), 1);
    boss.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_laptop_that_is_offline_sends_it_when_it_is_not() {
    let app = TestApp::start().await;
    let boss = writes(&app).await;
    let offline = |offline| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    boss.devtools("Network.enable", json!({})).await;

    boss.devtools("Network.emulateNetworkConditions", offline(true)).await;
    boss.clicks(PUBLISH).await;
    boss.sees(".sending-note").await;
    boss.devtools("Network.emulateNetworkConditions", offline(false)).await;

    boss.until("location.pathname.startsWith('/posts/')").await;
    assert_eq!(app.signs_in("ann").await.reads_feed().await.posts.len(), 1);
    boss.closes_without_complaint().await;
}

/// Boss, who has typed a warning for Ann and not sent it.
async fn writes(app: &TestApp) -> Browser {
    app.signs_up("boss", Role::Publisher).await;
    app.signs_up("ann", Role::Member).await;
    let boss = Browser::signs_in(app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.is("live").await;
    boss.chooses("kind", "alert").await;
    boss.chooses("severity", "warning").await;
    boss.types("title", "Half a title").await;
    boss.types("body", "Two\nlines").await;
    boss.chooses("audience", "chosen").await;
    boss.picks("find", "an", "ann").await;
    boss.until(IS_BACK).await;
    boss
}

/// By no button of theirs in this browser.
async fn ends_sessions_of(app: &TestApp, name: &str) {
    for change in ["disable", "enable"] {
        assert_eq!(app.runs(&["user", change, name], "").await.code, Some(0));
    }
}
