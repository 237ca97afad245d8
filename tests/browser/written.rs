//! What one wrote or coordinates, while it changes.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    support::{Draft, Program, Role, TestApp},
};

/// Waits until the list has exactly these rows.
async fn lists(browser: &Browser, posts: &[i64]) {
    let rows = "[...document.querySelectorAll('tr[data-post]')].map((row) => row.dataset.post).join()";
    let wanted: Vec<String> = posts.iter().map(i64::to_string).collect();
    browser.until(&format!("{rows} === '{}'", wanted.join(","))).await;
}

async fn waits(browser: &Browser, count: &str) {
    let button = "document.querySelector('.new-posts:not([hidden]) .new-posts-button')?.textContent.trim()";
    browser.until(&format!("{button} === {}", json!(count))).await;
}

/// Has the list look by itself so often, in milliseconds, not every half minute. Nothing else becomes faster or slower.
async fn looks_every(browser: &Browser, interval: u32) {
    let script = format!(
        "const real = window.setInterval;
        window.setInterval = (call, time, ...more) => real(call, time === 30000 ? {interval} : time, ...more);"
    );
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await;
}

/// Longer than any test: what comes in time was told by the stream.
const NEVER: u32 = 3_600_000;

async fn publishes(program: &Program, post: &Value) -> i64 {
    program.sends(post).await.json()["id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_publishes_elsewhere_is_listed_at_once_but_not_from_under_a_reader() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("pat", Role::Publisher).await;
    let pat = Browser::signs_in(&app, "pat").await;
    looks_every(&pat, NEVER).await;
    pat.goes("/admin/posts").await;
    pat.is("live").await;
    pat.sees(".empty-state").await;
    pat.asks("window.neverReloaded = true").await;
    let program = Program::of(&app, "pat", "publish").await;
    let news = json!({ "kind": "news", "title": "News", "audience": { "people": ["boss"] } });

    let first = publishes(&program, &news).await;
    lists(&pat, &[first]).await;
    boss.publishes(Draft::news("Not theirs")).await;
    let second = publishes(&program, &news).await;
    lists(&pat, &[second, first]).await;

    // Whoever has the focus in the list is not moved.
    pat.asks(&format!("document.querySelector('tr[data-post=\"{first}\"] a').focus()")).await;
    let top = format!("document.querySelector('tr[data-post=\"{first}\"]').getBoundingClientRect().top");
    let before = pat.asks(&top).await;
    let third = publishes(&program, &news).await;
    waits(&pat, "1 new post").await;
    assert_eq!(pat.asks(&top).await, before);
    let fourth = publishes(&program, &news).await;
    waits(&pat, "2 new posts").await;
    lists(&pat, &[second, first]).await;
    pat.clicks(".new-posts-button").await;
    lists(&pat, &[fourth, third, second, first]).await;
    let focused = format!("document.activeElement.closest('tr').dataset.post === '{fourth}'");
    assert_eq!(pat.asks(&focused).await, true);
    // Or they leave it by themselves.
    let fifth = publishes(&program, &news).await;
    waits(&pat, "1 new post").await;
    pat.asks("document.querySelector('a.brand').focus()").await;
    lists(&pat, &[fifth, fourth, third, second, first]).await;
    pat.until("document.querySelector('.new-posts').hidden").await;
    assert_eq!(pat.asks("window.neverReloaded").await, true);
    pat.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_which_state_a_post_is_in_and_rows_change_in_their_place() {
    let app = TestApp::start().await;
    app.signs_up("pat", Role::Publisher).await;
    let writer = app.signs_in("pat").await;
    let kept = writer.publishes(Draft::alert("info", "Kept")).await;
    let pat = Browser::signs_in(&app, "pat").await;
    looks_every(&pat, NEVER).await;
    pat.goes("/admin/posts?state=open").await;
    pat.is("live").await;

    writer.publishes(Draft::news("No alert")).await;
    let smoke = writer.publishes(Draft::alert("critical", "Smoke")).await;
    lists(&pat, &[smoke, kept]).await;

    // An edit is shown also under the focus, which stays.
    pat.asks(&format!("document.querySelector('tr[data-post=\"{kept}\"] a').focus()")).await;
    let edit = Draft::alert("info", "Kept and changed").with("version", "1");
    assert_eq!(writer.posts(&format!("/admin/posts/{kept}"), &edit.fields()).await.status, 303);
    pat.until("document.activeElement.textContent === 'Kept and changed'").await;

    // What is over leaves this list, once nobody is at it.
    writer.posts(&format!("/admin/posts/{smoke}/resolution"), &[("note", "")]).await;
    let next = writer.publishes(Draft::alert("info", "Next")).await;
    waits(&pat, "1 new post").await;
    lists(&pat, &[smoke, kept]).await;
    pat.asks("document.querySelector('a.brand').focus()").await;
    lists(&pat, &[next, kept]).await;
    pat.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_over_to_somebody_is_listed_soon() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let post = boss.publishes(Draft::alert("info", "For the boss").to(&["boss"])).await;
    let ann = Browser::signs_in(&app, "ann").await;
    looks_every(&ann, 300).await;
    ann.goes("/admin/posts").await;
    ann.is("live").await;
    ann.sees(".empty-state").await;

    let hand_over =
        boss.posts(&format!("/admin/posts/{post}/coordinators"), &[("coordinators", "ann")]).await;
    assert_eq!(hand_over.status, 303, "{hand_over:?}");
    lists(&ann, &[post]).await;

    boss.posts(&format!("/admin/posts/{post}/coordinators"), &[("coordinators", "")]).await;
    ann.sees(".empty-state").await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn how_many_said_so_is_told_while_the_list_is_open() {
    let app = TestApp::start().await;
    app.signs_up("pat", Role::Publisher).await;
    app.signs_up("ann", Role::Member).await;
    let asks = Draft::alert("warning", "Low water").to(&["ann"]).with("acknowledge", "on");
    let post = app.signs_in("pat").await.publishes(asks).await;
    let pat = Browser::signs_in(&app, "pat").await;
    looks_every(&pat, 300).await;
    pat.goes("/admin/posts").await;
    pat.is("live").await;
    let says = |words: &str| {
        format!("document.querySelector('.written-numbers').innerText.trim().startsWith('{words}')")
    };
    pat.until(&says("Nobody has said so yet · 1 not yet")).await;
    pat.asks("document.querySelector('.written-numbers').focus()").await;

    app.signs_in("ann").await.posts(&format!("/posts/{post}/acknowledgement"), &[]).await;

    pat.until(&says("1 person has said so")).await;
    assert_eq!(pat.asks("document.activeElement.matches('.written-numbers')").await, true);
    pat.closes_without_complaint().await;
}
