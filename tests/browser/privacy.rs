//! What stays of a page whose reader was signed out: nothing that was theirs.

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    signed_out_the_feed_is_emptied_at_once_and_the_same_person_brings_it_back,
    so_are_a_posts_page_and_the_lists_of_sessions_and_names,
    what_is_typed_into_another_form_stays_and_what_is_around_it_does_not,
}

const SECRET: &str = "Wages are cut";

/// Whether it stands anywhere in the page, to be seen or not.
fn says(text: &str) -> String {
    format!("(document.documentElement.outerHTML + document.title).includes('{text}')")
}

async fn signed_out_the_feed_is_emptied_at_once_and_the_same_person_brings_it_back() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_in("ann").await.posts("/account/preferences", &[("reads", "hand")]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let first = boss.publishes(Draft::alert("critical", SECRET).to(&["ann"])).await;
    ann.shows(&[first]).await;
    ann.asks("window.neverReloaded = true").await;
    let feed = ann.tab().await;

    ends_sessions_of(&app, "ann").await;
    ann.is("signed-out").await;
    ann.until(&format!("!{}", says(SECRET))).await;
    ann.shows(&[]).await;
    ann.sees(".notice.signed-out").await;

    let second = boss.publishes(Draft::news("Meanwhile").to(&["ann"])).await;
    ann.opens_tab("/login").await;
    ann.signs_in_here(&app, "ann").await;
    ann.turns_to(&feed).await;
    ann.is("live").await;
    ann.shows(&[first, second]).await;
    assert_eq!(ann.asks("window.neverReloaded").await, true);
    let third = boss.publishes(Draft::news("Live again")).await;
    ann.shows(&[first, third, second]).await;
    ann.closes_without_complaint().await;
}

async fn so_are_a_posts_page_and_the_lists_of_sessions_and_names() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Admin).await;
    app.signs_up("zacharias", Role::Member).await;
    let post = boss.publishes(Draft::news(SECRET).body("By **half**")).await;
    let pages = [
        (format!("/posts/{post}"), SECRET),
        ("/account".into(), "This browser"),
        ("/admin/people".into(), "zacharias"),
        ("/admin/posts/new".into(), "zacharias"),
        ("/admin/audit".into(), "zacharias"),
    ];
    let ann = Browser::signs_in(&app, "ann").await;

    for (path, private) in &pages {
        ann.goes(path).await;
        ann.is("live").await;
        if path == "/admin/posts/new" {
            ann.chooses("audience", "chosen").await;
            ann.types("find", "za").await;
        }
        let (page, title) = (ann.tab().await, ann.asks("document.title").await);
        ann.until(&says(private)).await;
        ends_sessions_of(&app, "ann").await;
        ann.is("signed-out").await;
        ann.until(&format!("!{}", says(private))).await;
        assert_eq!(ann.asks("document.title").await, "Tidings", "{path}");

        let other = ann.opens_tab("/login").await;
        ann.signs_in_here(&app, "ann").await;
        ann.turns_to(&page).await;
        ann.is("live").await;
        ann.until(&says(private)).await;
        assert_eq!(ann.asks("document.title").await, title, "{path}");
        ann.turns_to(&other).await;
        ann.closes_tab().await;
        ann.turns_to(&page).await;
    }
    ann.closes_without_complaint().await;
}

async fn what_is_typed_into_another_form_stays_and_what_is_around_it_does_not() {
    let app = TestApp::start().await;
    app.signs_up("boss", Role::Admin).await;
    app.signs_up("ann", Role::Admin).await;
    app.signs_up("zacharias", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.goes("/admin/people").await;
    ann.is("live").await;
    ann.types("username", "a new one").await;

    ends_sessions_of(&app, "ann").await;
    ann.is("signed-out").await;

    ann.until(&format!("!{}", says("zacharias"))).await;
    assert_eq!(ann.asks("document.querySelector('[name=username]').value").await, "a new one");
    ann.closes_without_complaint().await;
}

/// By no button of theirs in this browser.
async fn ends_sessions_of(app: &TestApp, name: &str) {
    for change in ["disable", "enable"] {
        assert_eq!(app.runs(&["user", change, name], "").await.code, Some(0));
    }
}
