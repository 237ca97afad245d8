//! What is unread: on the row, in the menu, in the title and on the icon, and how it is read.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    two_devices_agree_on_what_is_unread,
    what_stands_in_view_is_read_and_in_a_tab_behind_another_it_is_not,
    what_was_marked_is_brought_back,
}

const COUNT: &str = "document.querySelector('unread-count').textContent.trim()";

async fn counts(browser: &Browser, count: usize) {
    let (shown, title) = match count {
        0 => (String::new(), "Tidings".to_owned()),
        _ => (format!("{count} unread"), format!("({count}) Tidings")),
    };
    browser.until(&format!("({COUNT}) === {}", json!(shown))).await;
    browser.until(&format!("document.title === {}", json!(title))).await;
    let icon = if count == 0 { "icon.svg" } else { "icon-unread.svg" };
    browser.until(&format!("document.querySelector('link[rel=icon]').href.endsWith('/{icon}')")).await;
}

async fn unread_rows(browser: &Browser, posts: &[i64]) {
    let rows =
        "[...document.querySelectorAll('.posts > li[data-unread]')].map((row) => Number(row.dataset.post))";
    browser.until(&format!("JSON.stringify({rows}) === {}", json!(json!(posts).to_string()))).await;
}

async fn two_devices_agree_on_what_is_unread() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let (one, two) = (Browser::signs_in(&app, "ann").await, Browser::signs_in(&app, "ann").await);
    for browser in [&one, &two] {
        browser.is("live").await;
        counts(browser, 0).await;
    }

    let first = boss.publishes(Draft::news("First")).await;
    let second = boss.publishes(Draft::news("Second")).await;
    for browser in [&one, &two] {
        counts(browser, 2).await;
        unread_rows(browser, &[second, first]).await;
        browser.sees("#content .unread-mark").await;
    }
    one.clicks(&format!("#post-{first} .mark-read")).await;
    for browser in [&one, &two] {
        counts(browser, 1).await;
        unread_rows(browser, &[second]).await;
    }
    two.clicks(&format!("#post-{first} .mark-unread")).await;
    for browser in [&one, &two] {
        counts(browser, 2).await;
        unread_rows(browser, &[second, first]).await;
    }
    two.goes("/account").await;
    two.until(&format!("({COUNT}) === '2 unread'")).await;
    one.closes_without_complaint().await;
    two.closes_without_complaint().await;
}

async fn what_stands_in_view_is_read_and_in_a_tab_behind_another_it_is_not() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    ann.asks("(() => { window.looksOn = false; document.hasFocus = () => window.looksOn; return 1; })()")
        .await;
    let mut posts = Vec::new();
    for number in 0..12 {
        posts.insert(
            0,
            boss.publishes(Draft::news(&format!("{number}")).body(&"A text.\n\n".repeat(2))).await,
        );
    }
    counts(&ann, 12).await;

    // Longer than it takes to be read.
    ann.asks_later("setTimeout(() => done(1), 3500);").await;
    unread_rows(&ann, &posts).await;
    ann.asks("(() => { window.looksOn = true; return 1; })()").await;
    ann.until(&format!("!document.querySelector('#post-{}').hasAttribute('data-unread')", posts[0])).await;
    let last = format!("document.querySelector('#post-{}').hasAttribute('data-unread')", posts[11]);
    assert_eq!(ann.asks(&last).await, true, "it stands below the window");
    // What is put back is not read again by standing there.
    ann.clicks(&format!("#post-{} .mark-unread", posts[0])).await;
    let first = format!("document.querySelector('#post-{}').hasAttribute('data-unread')", posts[0]);
    ann.until(&first).await;
    ann.asks_later("setTimeout(() => done(1), 3500);").await;
    assert_eq!(ann.asks(&first).await, true);
    ann.goes(&format!("/posts/{}", posts[0])).await;
    ann.until("!document.querySelector('article[data-post]').hasAttribute('data-unread')").await;
    ann.goes("/").await;
    ann.until(&format!("!({first})")).await;
    ann.closes_without_complaint().await;
}

async fn what_was_marked_is_brought_back() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let elsewhere = app.signs_in("ann").await;
    elsewhere.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    let mut posts = Vec::new();
    for title in ["One", "Two", "Three"] {
        posts.insert(0, boss.publishes(Draft::news(title)).await);
    }
    counts(&ann, 3).await;
    ann.until("document.querySelector('.mark-all form button').textContent === 'Mark 3 as read'").await;

    ann.clicks(".mark-all form[action='/readings'] button").await;
    counts(&ann, 0).await;
    unread_rows(&ann, &[]).await;
    ann.until("document.activeElement.textContent === 'Undo'").await;
    elsewhere.request(reqwest::Method::POST, &format!("/posts/{}/reading", posts[0])).send().await.unwrap();
    ann.clicks(".mark-all .undo button").await;
    counts(&ann, 2).await;
    unread_rows(&ann, &posts[1..]).await;
    ann.until("!document.querySelector('.mark-all .undo')").await;
    ann.closes_without_complaint().await;
}

/// Has the page note what it tells the app's badge: no number for nothing.
const NOTES_BADGE: &str = "(() => {
    window.badge = 'not told';
    navigator.setAppBadge = async (count) => { window.badge = count; };
    navigator.clearAppBadge = async () => { window.badge = null; };
    return 1;
})()";

#[tokio::test(flavor = "multi_thread")]
async fn the_apps_badge_says_how_many_and_nothing_to_who_is_signed_out() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let by_hand = app.signs_in("ann").await;
    by_hand.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.is("live").await;
    ann.asks(NOTES_BADGE).await;

    let first = boss.publishes(Draft::news("First")).await;
    ann.until("window.badge === 1").await;
    boss.publishes(Draft::news("Second")).await;
    ann.until("window.badge === 2").await;
    ann.clicks(&format!("#post-{first} .mark-read")).await;
    ann.until("window.badge === 1").await;
    ann.clicks(".mark-all .button").await;
    ann.until("window.badge === null").await;
    boss.publishes(Draft::news("Third")).await;
    ann.until("window.badge === 1").await;
    app.runs(&["user", "disable", "ann"], "").await;
    ann.is("signed-out").await;
    ann.until("window.badge === null").await;
    ann.closes_without_complaint().await;
}
