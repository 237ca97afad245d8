//! Several tabs of one browser.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    all_tabs_share_one_stream,
    signed_out_in_one_tab_the_other_says_so,
    another_person_at_the_same_browser_sees_only_their_own,
    who_loses_the_right_is_told_on_the_open_page,
}

async fn all_tabs_share_one_stream() {
    // Were there a second stream, it would be refused.
    let app = TestApp::start_with(&["--max-streams-per-user", "1"]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut tabs = vec![ann.tab().await];
    for _ in 0..2 {
        tabs.push(ann.opens_tab("/").await);
        ann.is("live").await;
    }

    let post = boss.publishes(Draft::news("To all tabs")).await;

    for tab in &tabs {
        ann.turns_to(tab).await;
        ann.is("live").await;
        ann.shows(&[post]).await;
    }
    ann.turns_to(&tabs[0]).await;
    ann.closes_tab().await;
    let next = boss.publishes(Draft::news("To those that are left")).await;
    for tab in &tabs[1..] {
        ann.turns_to(tab).await;
        ann.shows(&[next, post]).await;
    }
    let late = ann.opens_tab("/").await;
    ann.is("live").await;
    ann.turns_to(&late).await;
    ann.shows(&[next, post]).await;
    ann.closes_without_complaint().await;
}

async fn signed_out_in_one_tab_the_other_says_so() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let first = ann.tab().await;
    let other = ann.opens_tab("/").await;
    ann.is("live").await;

    ann.clicks("form[action='/logout'] button").await;
    ann.sees("form[action='/login']").await;

    ann.turns_to(&first).await;
    ann.is("signed-out").await;
    ann.until("document.querySelector('.pill').textContent.trim() === 'Signed out'").await;
    ann.sees(".notice.signed-out a[href^='/login']").await;
    let missed = boss.publishes(Draft::news("Not for the signed out")).await;
    ann.turns_to(&other).await;
    ann.signs_in_here(&app, "ann").await;
    ann.is("live").await;
    ann.shows(&[missed]).await;
    ann.turns_to(&first).await;
    ann.is("live").await;
    ann.shows(&[missed]).await;
    ann.closes_without_complaint().await;
}

async fn another_person_at_the_same_browser_sees_only_their_own() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("bea", Role::Member).await;
    let browser = Browser::signs_in(&app, "ann").await;
    let anns = browser.tab().await;
    let beas = browser.opens_tab("/").await;
    browser.clicks("form[action='/logout'] button").await;
    browser.sees("form[action='/login']").await;
    browser.signs_in_here(&app, "bea").await;
    browser.is("live").await;

    boss.publishes(Draft::news("For Ann").to(&["ann"])).await;
    let for_bea = boss.publishes(Draft::news("For Bea").to(&["bea"])).await;

    browser.shows(&[for_bea]).await;
    // Ann's page gives way to Bea's, on which nothing is of Ann's.
    browser.turns_to(&anns).await;
    browser.until("document.querySelector('.viewer-name')?.textContent.includes('bea')").await;
    browser.is("live").await;
    browser.shows(&[for_bea]).await;
    browser.turns_to(&beas).await;
    browser.is("live").await;
    browser.closes_without_complaint().await;
}

async fn who_loses_the_right_is_told_on_the_open_page() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;

    app.runs(&["user", "disable", "ann"], "").await;

    ann.is("signed-out").await;
    ann.sees(".notice.signed-out").await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_in_view_says_so_every_hour_where_that_counts_as_use_and_a_hidden_one_does_not() {
    let app = TestApp::start_with(&["--view-is-use"]).await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    // An hour is short here, and nothing else is.
    let short = "const real = window.setInterval;
        window.setInterval = (call, time, ...more) => real(call, time === 3600000 ? 300 : time, ...more);";
    ann.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": short })).await;
    let said =
        "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/session/use')).length";

    ann.goes("/").await;
    ann.until(&format!("{said} >= 2")).await;
    // As behind another tab: it is there, and nobody sees it.
    ann.asks("Object.defineProperty(document, 'hidden', { get: () => true })").await;
    ann.asks(&format!("void (window.saidBefore = {said})")).await;
    ann.asks_later("setTimeout(() => done(true), 1500)").await;
    assert_eq!(ann.asks(&format!("{said} - window.saidBefore <= 1")).await, true, "what was on its way");
    ann.closes_without_complaint().await;
}
