//! The keyboard: from post to post, what is done to one, and the sheet that lists the keys.

use thirtyfour::prelude::*;

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    keys_go_from_post_to_post_mark_and_open,
    the_sheet_closes_by_escape_and_switches_the_keys_off,
}

/// The post that has the focus.
const HELD: &str = "Number(document.activeElement.closest('li[data-post]')?.dataset.post)";

async fn presses(browser: &Browser, keys: &str) {
    browser.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

async fn holds(browser: &Browser, post: i64) {
    browser.until(&format!("({HELD}) === {post}")).await;
}

async fn keys_go_from_post_to_post_mark_and_open() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let alert = boss.publishes(Draft::alert("warning", "Low water")).await;
    let first = boss.publishes(Draft::news("First")).await;
    let second = boss.publishes(Draft::news("Second")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.asks("document.activeElement.blur()").await;

    // On top is what is urgent and unread.
    presses(&ann, "j").await;
    holds(&ann, alert).await;
    presses(&ann, "j").await;
    holds(&ann, second).await;
    presses(&ann, "j").await;
    holds(&ann, first).await;
    presses(&ann, "k").await;
    holds(&ann, second).await;
    presses(&ann, "m").await;
    ann.until(&format!("!document.querySelector('#post-{second}').hasAttribute('data-unread')")).await;
    ann.until("document.querySelector('#spoken-news').textContent.includes('Marked as read.')").await;
    presses(&ann, "u").await;
    ann.until(&format!("document.querySelector('#post-{second}').hasAttribute('data-unread')")).await;
    holds(&ann, second).await;
    presses(&ann, "a").await;
    holds(&ann, alert).await;
    // With a modifier it is the browser's.
    ann.driver.active_element().await.unwrap().send_keys(Key::Control + "k").await.unwrap();
    holds(&ann, alert).await;

    presses(&ann, "\u{e007}").await;
    ann.until(&format!("location.pathname === '/posts/{alert}'")).await;
    ann.sees(".neighbours a[rel=prev]").await;
    ann.is("live").await;
    ann.asks("document.activeElement.blur()").await;
    presses(&ann, "k").await;
    ann.until(&format!("location.pathname === '/posts/{first}'")).await;
    ann.is("live").await;
    presses(&ann, "gb").await;
    ann.until("location.pathname === '/boards'").await;
    ann.is("live").await;
    presses(&ann, "gf").await;
    ann.until("location.pathname === '/'").await;
    ann.is("live").await;
    ann.closes_without_complaint().await;
}

async fn the_sheet_closes_by_escape_and_switches_the_keys_off() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Admin).await;
    let post = boss.publishes(Draft::news("Only one")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.asks("document.activeElement.blur()").await;

    presses(&ann, "j").await;
    holds(&ann, post).await;
    presses(&ann, "?").await;
    ann.sees("dialog.keys-sheet kbd").await;
    assert_eq!(
        ann.asks("document.querySelector('dialog').getAttribute('aria-labelledby')").await,
        "keys-title"
    );
    // Keys do nothing while it is open.
    presses(&ann, "j").await;
    ann.until("document.querySelector('dialog[open]').contains(document.activeElement)").await;
    presses(&ann, "\u{e00c}").await;
    ann.until("document.querySelector('dialog') === null").await;
    holds(&ann, post).await;

    ann.clicks(".keys-button").await;
    ann.clicks("dialog .choice input").await;
    ann.until("localStorage.getItem('tidings-keys') === 'off'").await;
    ann.clicks("dialog button").await;
    ann.until("document.querySelector('dialog') === null").await;
    ann.until("document.activeElement.matches('.keys-button')").await;
    presses(&ann, "j").await;
    presses(&ann, "?").await;
    assert_eq!(ann.asks("document.activeElement.matches('.keys-button')").await, true);
    assert_eq!(ann.asks("document.querySelector('dialog') === null").await, true);

    ann.clicks(".keys-button").await;
    ann.clicks("dialog .choice input").await;
    ann.clicks("dialog button").await;
    ann.until("document.querySelector('dialog') === null").await;
    // In a field, a key is a letter.
    ann.goes("/admin/posts/new").await;
    ann.is("live").await;
    ann.types("title", "jk?gf").await;
    assert_eq!(ann.asks("document.querySelector('#title').value").await, "jk?gf");
    assert_eq!(ann.asks("document.querySelector('dialog') === null").await, true);
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posts_page_leads_to_its_neighbours_back_to_the_place_in_the_list_and_copies_its_link() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mut posts = vec![];
    for number in 0..40 {
        posts.push(boss.publishes(Draft::news(&format!("Number {number}")).body("Some.\n\nLines.")).await);
    }
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.clicks(".older-link").await;
    ann.until("location.search.startsWith('?before=')").await;
    let list = ann.asks("location.pathname + location.search").await;
    let post = posts[5];
    ann.clicks(&format!("#post-{post} .post-title a")).await;
    ann.until(&format!("location.pathname === '/posts/{post}'")).await;

    ann.is("live").await;
    ann.clicks("copy-link button").await;
    ann.until("/Link (copied|could not)/.test(document.querySelector('copy-link button').textContent)").await;
    ann.clicks(".neighbours a[rel=next]").await;
    ann.until(&format!("location.pathname === '/posts/{}'", posts[4])).await;
    ann.is("live").await;
    ann.clicks("a.to-list").await;
    ann.until(&format!("location.pathname + location.search === {list}")).await;
    ann.until(&format!(
        "(({{ top, bottom }}) => top >= 0 && bottom <= innerHeight + 1)(document.querySelector('#post-{}').getBoundingClientRect())",
        posts[4]
    ))
    .await;
    ann.closes_without_complaint().await;
}
