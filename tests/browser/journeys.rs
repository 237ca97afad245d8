//! What people do here from beginning to end, by the keyboard alone: what has the focus says what it is and what it is called.

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp},
};

in_every_engine! {
    people_sign_in_read_answer_snooze_search_and_publish_by_keys_alone,
}

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

/// More than any page has before what is looked for.
const MAX_TABS: usize = 60;

async fn presses(browser: &Browser, keys: &str) {
    browser.driver.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

/// The role and the name of what has the focus, as the browser tells them to who hears the page.
async fn focused(browser: &Browser) -> (String, String) {
    let element = browser.driver.active_element().await.unwrap();
    let (role, name) = (browser.computed(&element, "role").await, browser.computed(&element, "label").await);
    (role, name.replace(['\u{2068}', '\u{2069}'], "").split_whitespace().collect::<Vec<_>>().join(" "))
}

async fn has_focus(browser: &Browser, role: &str, name: &str) {
    let (is_role, is_name) = focused(browser).await;
    assert!(
        is_role == role && is_name.starts_with(name),
        "a {is_role} {is_name:?} instead of {role} {name:?}"
    );
}

/// Goes on by Tab until this has the focus, which can be seen at each stop.
async fn tabs_to(browser: &Browser, role: &str, name: &str) {
    let mut passed = Vec::new();
    for _ in 0..MAX_TABS {
        presses(browser, TAB).await;
        let is_seen = "[document.activeElement, document.activeElement.closest('label')].some((element) => element === document.body \
             || (element && (getComputedStyle(element).outlineStyle !== 'none' || getComputedStyle(element).boxShadow !== 'none')))";
        let at = focused(browser).await;
        assert_eq!(browser.asks(is_seen).await, true, "the focus is on {at:?}, and nobody sees it");
        if at.0 == role && at.1.starts_with(name) {
            return;
        }
        passed.push(at);
    }
    panic!("no {role} {name:?} among {passed:?}");
}

async fn people_sign_in_read_answer_snooze_search_and_publish_by_keys_alone() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Publisher).await;
    let timetable = boss.publishes(Draft::news("Timetable").body("From Monday.")).await;
    let lunch = boss.publishes(Draft::news("Lunch").body("Soup.")).await;
    let ann = Browser::opens(&app).await;

    ann.goes("/").await;
    has_focus(&ann, "textbox", "Name").await;
    presses(&ann, "ann").await;
    tabs_to(&ann, "textbox", "Password").await;
    presses(&ann, &app.password_of("ann")).await;
    tabs_to(&ann, "checkbox", "Shared computer").await;
    tabs_to(&ann, "button", "Sign in").await;
    presses(&ann, ENTER).await;
    ann.is("live").await;

    presses(&ann, "j").await;
    has_focus(&ann, "link", "Lunch").await;
    presses(&ann, "j").await;
    has_focus(&ann, "link", "Timetable").await;
    presses(&ann, ENTER).await;
    ann.until(&format!("location.pathname === '/posts/{timetable}'")).await;
    ann.is("live").await;
    presses(&ann, "gf").await;
    ann.until("location.pathname === '/'").await;
    ann.is("live").await;
    ann.until(&format!("!document.querySelector('#post-{timetable}').hasAttribute('data-unread')")).await;

    presses(&ann, "j").await;
    has_focus(&ann, "link", "Lunch").await;
    presses(&ann, "s").await;
    ann.until("document.activeElement.closest('dialog') !== null").await;
    assert_eq!(ann.asks("document.querySelector('dialog').open").await, true);
    if focused(&ann).await.1.starts_with("Later today") {
        presses(&ann, TAB).await;
    }
    has_focus(&ann, "button", "Tomorrow morning").await;
    presses(&ann, ENTER).await;
    ann.shows(&[timetable]).await;

    let asks = Draft::alert("critical", "Fire in building C").with("acknowledge", "answers");
    let asks = asks.and("answers", "I am safe").and("answer_kinds", "fine");
    let asks = asks.and("answers", "I need help").and("answer_kinds", "help").with("telephone", "on");
    let asking = boss.publishes(asks).await;
    // Where she stands in the list, it waits; she goes to it by a key.
    ann.until(&format!(
        "document.querySelector('#post-{asking}') !== null || !document.querySelector('.new-posts').hidden"
    ))
    .await;
    tabs_to(&ann, "link", "Fire in building C").await;
    tabs_to(&ann, "textbox", "Note").await;
    presses(&ann, "By the lift").await;
    tabs_to(&ann, "button", "I am safe").await;
    presses(&ann, ENTER).await;
    ann.until(&format!("document.querySelector('#post-{asking} .acknowledged').checkVisibility()")).await;
    assert!(ann.text(&format!("#post-{asking} .acknowledged")).await.contains("I am safe"));

    presses(&ann, "/").await;
    has_focus(&ann, "searchbox", "Search posts").await;
    presses(&ann, "soup").await;
    presses(&ann, ENTER).await;
    ann.until("location.search.includes('q=soup')").await;
    ann.is("live").await;
    ann.shows(&[lunch]).await;
    presses(&ann, "j").await;
    has_focus(&ann, "link", "Lunch").await;

    presses(&ann, "gf").await;
    ann.until("location.search === ''").await;
    ann.is("live").await;
    tabs_to(&ann, "link", "Post").await;
    presses(&ann, ENTER).await;
    ann.until("location.pathname === '/admin/posts/new'").await;
    ann.is("live").await;
    tabs_to(&ann, "radio", "News").await;
    presses(&ann, " ").await;
    tabs_to(&ann, "textbox", "Title").await;
    presses(&ann, "By keys alone").await;
    tabs_to(&ann, "radio", "Everyone").await;
    presses(&ann, " ").await;
    tabs_to(&ann, "button", "Publish to 2 people").await;
    presses(&ann, ENTER).await;
    ann.until("document.querySelector('h1')?.textContent === 'By keys alone'").await;
    ann.closes_without_complaint().await;
}
