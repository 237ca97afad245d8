//! Going back to a form. Browsers restore what was filled in by position, and what stood there may be another now.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Role, TestApp, makes_group},
};

in_every_engine! {
    a_post_that_was_for_one_person_is_for_nobody_else_on_the_way_back,
    nobody_else_is_put_into_a_group_and_no_token_is_for_another_on_the_way_back,
}

/// Who is ticked or chosen, in all the lists of the page.
const TICKED: &str =
    "[...document.querySelectorAll('input[type=checkbox]:checked, .chosen input')].map((box) => box.value)";

async fn a_post_that_was_for_one_person_is_for_nobody_else_on_the_way_back() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("carl", Role::Member).await;
    app.signs_up("dora", Role::Member).await;
    makes_group(&boss, "Night shift", &["carl"]).await;
    let browser = Browser::signs_in(&app, "boss").await;

    browser.goes("/admin/posts/new").await;
    browser.types("title", "For Carl alone").await;
    browser.chooses("audience", "chosen").await;
    browser.picks("find", "ca", "carl").await;
    browser.picks("find", "nig", "Night shift").await;
    browser.clicks("a.brand").await;
    browser.sees("post-feed").await;
    app.signs_up("anna", Role::Member).await;
    makes_group(&boss, "Board", &["dora"]).await;
    browser.driver.back().await.unwrap();
    browser.sees(".post-form").await;
    browser.until("document.readyState === 'complete'").await;
    browser.until("document.querySelector('.chosen [value=carl]') !== null").await;

    let ticked = browser.asks(TICKED).await;
    assert_eq!(ticked.as_array().unwrap().len(), 2, "{ticked}");
    for other in ["anna", "boss", "dora", "Board"] {
        assert!(!ticked.as_array().unwrap().contains(&json!(other)), "{other} was never ticked: {ticked}");
    }
    browser.closes_without_complaint().await;
}

async fn nobody_else_is_put_into_a_group_and_no_token_is_for_another_on_the_way_back() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("carl", Role::Member).await;
    let group = makes_group(&boss, "Night shift", &[]).await;
    let browser = Browser::signs_in(&app, "boss").await;

    for (page, name, value) in
        [(group.as_str(), "people", "carl"), ("/admin/tokens", "groups", "Night shift")]
    {
        browser.goes(page).await;
        browser.picks("find", &value[..3], value).await;
        browser.until(&format!("document.querySelector('.chosen [name={name}]') !== null")).await;
        browser.clicks("a.brand").await;
        browser.sees("post-feed").await;
        app.signs_up("anna", Role::Member).await;
        makes_group(&boss, "Board", &[]).await;
        browser.driver.back().await.unwrap();
        browser.until(&format!("location.pathname === '{page}' && document.readyState === 'complete'")).await;
        browser.sees("#find").await;

        let ticked = browser.asks(TICKED).await;
        assert!(ticked.as_array().unwrap().iter().all(|ticked| ticked == value), "{page}: {ticked}");
        app.sql("DELETE FROM memberships").await;
        app.sql("DELETE FROM groups WHERE name = 'Board'").await;
        app.sql("DELETE FROM users WHERE name = 'anna'").await;
    }
    browser.closes_without_complaint().await;
}
