//! Snoozing: by key and by hand, on every open page of its person.

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    a_post_is_snoozed_by_a_key_and_comes_back_on_top_of_every_open_page,
}

async fn presses(browser: &Browser, keys: &str) {
    browser.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

async fn a_post_is_snoozed_by_a_key_and_comes_back_on_top_of_every_open_page() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let post = boss.publishes(Draft::news("Timetable")).await;
    let other = boss.publishes(Draft::news("Lunch")).await;
    let (ann, elsewhere) = (Browser::signs_in(&app, "ann").await, Browser::signs_in(&app, "ann").await);
    ann.shows(&[other, post]).await;

    // Escape leaves everything as it was.
    ann.asks(&format!("document.querySelector('#post-{post} a').focus()")).await;
    presses(&ann, "s").await;
    ann.sees("dialog[open] button[value=tomorrow]").await;
    ann.until("document.activeElement.closest('dialog') !== null").await;
    presses(&ann, "\u{e00c}").await;
    ann.until(&format!("document.activeElement.closest('#post-{post}') !== null")).await;

    presses(&ann, "s").await;
    ann.sees("dialog[open] button[value=tomorrow]").await;
    ann.until("document.activeElement.matches('dialog button')").await;
    ann.asks("document.querySelector('dialog button[value=tomorrow]').focus()").await;
    presses(&ann, "\u{e007}").await;
    ann.shows(&[other]).await;
    elsewhere.shows(&[other]).await;
    for browser in [&ann, &elsewhere] {
        browser.until("document.querySelector('unread-count b').textContent === '1'").await;
    }
    ann.until("document.activeElement.closest('dialog') === null").await;

    // With the focus in the list, what comes waits.
    ann.until("document.activeElement.closest('.posts') !== null").await;
    let news = boss.publishes(Draft::news("News")).await;
    app.sql("UPDATE receipts SET snoozed_until_ms = 1 WHERE snoozed_until_ms IS NOT NULL").await;
    ann.until("document.querySelector('.new-posts-button').textContent === '2 new posts'").await;
    ann.shows(&[other]).await;
    ann.asks("document.activeElement.blur()").await;
    for browser in [&ann, &elsewhere] {
        browser.until("document.querySelector('unread-count b').textContent === '3'").await;
        browser.shows(&[post, news, other]).await;
        let since = browser.text(&format!("#post-{post} .snoozed-since")).await;
        assert!(since.starts_with("Snoozed since "), "{since:?}");
    }
    ann.reloads().await;
    ann.shows(&[post, news, other]).await;
    ann.is("live").await;

    // By the link, and with what is wrong said in the sheet.
    ann.clicks(&format!("#post-{other} .snooze-link")).await;
    ann.sees("dialog[open] #until").await;
    ann.asks("document.querySelector('dialog #until').value = '2020-01-01T08:00'").await;
    ann.clicks("dialog .form button").await;
    ann.until("document.querySelector('dialog .problem')?.textContent.startsWith('This time is over')").await;
    ann.clicks("dialog button[value=week]").await;
    ann.shows(&[post, news]).await;
    ann.goes("/?snoozed=1").await;
    ann.is("live").await;
    ann.shows(&[other]).await;
    elsewhere.shows(&[post, news]).await;
    ann.clicks(&format!("#post-{other} .snooze-note button")).await;
    ann.sees(".flash").await;
    elsewhere.shows(&[other, post, news]).await;
    ann.closes_without_complaint().await;
    elsewhere.closes_without_complaint().await;
}
