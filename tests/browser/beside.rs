//! The preview beside a form, which follows what is typed.

use serde_json::json;

use crate::{
    accessibility::problems,
    browser::Browser,
    support::{Draft, Role, TestApp},
};

/// Where the fields and buttons of the form are. How long the last button is follows from whom the post reaches.
const PLACES: &str = "[...document.querySelectorAll('.post-form input:not([type=hidden]), .post-form textarea, .actions button')]
    .filter((part) => part.getClientRects().length > 0).map((part) => { const { x, y } = part.getBoundingClientRect(); return [x, y + scrollY].map(Math.round); })";
const IS_SHOWN: &str =
    "document.querySelector('post-preview:not([hidden]) .as-post .prose strong')?.textContent === 'here'";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_is_shown_beside_the_form_as_readers_get_it_and_moves_nothing() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let boss = Browser::signs_in(&app, "boss").await;
    for width in [320, 1000, 1280] {
        let metrics = json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        boss.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        boss.goes("/admin/posts/new").await;
        boss.is("live").await;
        boss.chooses("kind", "alert").await;
        boss.chooses("severity", "warning").await;
        assert_eq!(boss.asks("document.querySelector('post-preview').hidden").await, true, "nothing to show");
        let places = boss.asks(PLACES).await;

        boss.types("title", "Low water").await;
        boss.types("body", "It is **here**.").await;
        boss.until(IS_SHOWN).await;

        assert_eq!(boss.asks(PLACES).await, places, "{width} px");
        assert_eq!(problems(&boss, "light", "the preview beside a form").await, [] as [&str; 0]);
        let is_inert =
            "document.querySelector('.as-post').inert && document.querySelectorAll('#post-0').length === 0";
        assert_eq!(boss.asks(is_inert).await, true);
        let is_beside = "document.querySelector('post-preview').getBoundingClientRect().left >= document.querySelector('.post-form').getBoundingClientRect().right";
        assert_eq!(boss.asks(is_beside).await, width > 960, "{width} px");
        let overflows = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
        boss.clicks("post-preview [value=phone]").await;
        assert_eq!(boss.asks("document.querySelector('.as-post').getBoundingClientRect().width").await, 390);
        assert_eq!(boss.asks(overflows).await, false, "{width} px");
        boss.clicks("post-preview [value=told]").await;
        assert_eq!(boss.text(".as-told").await, "Warning: Low water");

        // What cannot be shown leaves the last that could.
        boss.types("title", &"t".repeat(201)).await;
        boss.asks_later("setTimeout(done, 1200)").await;
        assert_eq!(boss.text(".as-told").await, "Warning: Low water");
        boss.types("title", "High water").await;
        boss.until("document.querySelector('.as-told').textContent.trim() === 'Warning: High water'").await;
        assert_eq!(boss.asks(PLACES).await, places, "{width} px");
        boss.types("title", "").await;
        boss.types("body", "").await;
        boss.until("document.querySelector('post-preview').hidden").await;
        boss.asks_later("setTimeout(done, 500)").await;
    }
    assert_eq!(app.signs_in("boss").await.reads_feed().await.posts, [] as [i64; 0]);
    boss.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_slow_the_server_is_it_is_asked_once_at_a_time_and_who_was_signed_out_leaves_nothing() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Publisher).await;
    let boss = Browser::signs_in(&app, "boss").await;
    boss.goes("/admin/posts/new").await;
    boss.is("live").await;
    let slow = "(() => { const real = window.fetch; window.asked = 0; window.going = 0; window.most = 0; window.held = [];
        window.fetch = async (...request) => {
            if (!String(request[0]).endsWith('/draft')) return real(...request);
            asked += 1; going += 1; most = Math.max(most, going);
            await new Promise((resolve) => held.push(resolve));
            try { return await real(...request); } finally { going -= 1; }
        }; })()";
    boss.asks(slow).await;

    boss.types("title", "One").await;
    boss.until("window.going === 1").await;
    for title in ["Two", "Three"] {
        boss.types("title", title).await;
        // Longer than it waits for the next key.
        boss.asks_later("setTimeout(done, 600)").await;
    }
    let goes_on = "held.length > 0 && (held.splice(0).forEach((answer) => answer()), true)";
    for _ in 0..2 {
        boss.until(goes_on).await;
    }

    boss.until("document.querySelector('.as-told').textContent.trim() === 'News: Three'").await;
    assert_eq!(
        boss.asks("[window.asked, window.most]").await,
        json!([2, 1]),
        "the last one follows the first"
    );
    boss.asks("window.held = { push: (answer) => answer() }").await;
    let form = boss.tab().await;
    for change in ["disable", "enable"] {
        assert_eq!(app.runs(&["user", change, "boss"], "").await.code, Some(0));
    }
    boss.is("signed-out").await;
    // What they type stays, and the rest of the page goes.
    let beside = "(document.querySelector('.sidebar')?.textContent ?? '').includes('Three')";
    boss.until(&format!("!{beside}")).await;
    assert_eq!(boss.asks("document.querySelector('#title').value").await, "Three");
    boss.opens_tab("/login").await;
    boss.signs_in_here(&app, "boss").await;
    boss.turns_to(&form).await;
    boss.until(beside).await;
    boss.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_edited_is_shown_beside_its_form_too_and_two_windows_keep_apart() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    let asks = Draft::alert("critical", "Low water").body("until **six**").with("acknowledge", "on");
    let post = app.signs_in("boss").await.publishes(asks).await;
    let boss = Browser::signs_in(&app, "boss").await;
    let edit = format!("/admin/posts/{post}/edit");
    let told = |words: &str| format!("document.querySelector('.as-told').textContent.trim() === '{words}'");
    for width in [320, 1280] {
        let metrics = json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
        boss.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        boss.goes(&edit).await;
        boss.until(&told("Critical alert: Low water")).await;
        boss.sees("post-preview .ask button").await;
        let face = "getComputedStyle(document.querySelector('.as-post .post-title')).fontFamily === getComputedStyle(document.querySelector('h1')).fontFamily";
        assert_eq!(boss.asks(face).await, true, "the title's face is that of the feed");
        let places = boss.asks(PLACES).await;

        boss.types("title", "High water").await;
        boss.types("body", "It is **here**.").await;

        boss.until(IS_SHOWN).await;
        boss.until(&told("Critical alert: High water")).await;
        assert_eq!(boss.asks(PLACES).await, places, "{width} px");
        boss.asks("document.querySelectorAll('main details').forEach((fold) => { fold.open = true; })").await;
        assert_eq!(problems(&boss, "light", "the form that edits, unfolded").await, [] as [&str; 0]);
        let overflows = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
        assert_eq!(boss.asks(overflows).await, false, "{width} px");
    }
    let first = boss.tab().await;
    boss.opens_tab(&edit).await;
    boss.until(&told("Critical alert: Low water")).await;
    boss.types("title", "No water").await;
    boss.until(&told("Critical alert: No water")).await;
    boss.turns_to(&first).await;
    assert_eq!(boss.asks(&told("Critical alert: High water")).await, true);
    boss.types("title", "More water").await;
    boss.until(&told("Critical alert: More water")).await;
    boss.clicks(".post-form .actions .button:not(.quiet)").await;
    boss.until("location.search === '?done=edited'").await;
    boss.closes_without_complaint().await;
}
