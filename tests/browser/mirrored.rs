//! Every page in a language that is written from right to left and longer than most: nothing overflows, and no text is cut.
//! The language is in debug builds alone (`src/text/pseudo.rs`).

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp, makes_group},
};

/// Elements whose text is cut on purpose, with a mark or where the whole of it stands elsewhere.
const CUT_ON_PURPOSE: &str = ".visually-hidden, .skip-link, .viewer-name, .pill, .pill *, .prose.long, .prose.long *, .card, .card *, thead, thead *";

#[tokio::test(flavor = "multi_thread")]
async fn every_page_fits_from_right_to_left_too() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    for severity in ["info", "warning", "critical"] {
        boss.publishes(Draft::alert(severity, "Something is up").body("Text below.")).await;
    }
    boss.publishes(Draft::news("Bicycles").body(&"Forty **new** stands.\n\n- with roofs\n\n".repeat(40)))
        .await;
    let over = boss.publishes(Draft::alert("warning", "Low water")).await;
    boss.posts(&format!("/admin/posts/{over}/resolution"), &[("note", "Repaired")]).await;
    let group = makes_group(&boss, "Crew", &["ann"]).await;
    boss.posts("/admin/tokens", &[("name", "jobs"), ("owner", "boss"), ("scope", "publish")]).await;
    boss.posts("/admin/invitations", &[("name", "Greta"), ("role", "member")]).await;
    let chosen = boss.posts("/account/preferences", &[("language", "ar-XB")]).await;
    assert_eq!(chosen.status, 303, "{chosen:?}");
    let browser = Browser::signs_in(&app, "boss").await;

    let mut wrong = vec![];
    for width in [320, 1280] {
        let metrics = json!({ "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false });
        browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
        for page in [
            "/",
            "/?unread=1",
            "/posts/1",
            "/posts/5",
            "/connection",
            "/boards",
            "/admin/posts/new",
            "/admin/people",
            "/admin/people/2",
            "/admin/people/import",
            "/admin/invitations",
            "/admin/groups",
            group.as_str(),
            "/admin/boards",
            "/admin/tokens",
            "/admin/audit",
            "/account",
            "/account/preferences",
            "/?q=stands&kind=news",
            "/nothing",
        ] {
            browser.goes(page).await;
            browser.is("live").await;
            assert_eq!(browser.asks("document.documentElement.dir").await, "rtl", "{page}");
            let found = browser.asks(&format!("({FAULTS})({})", json!(CUT_ON_PURPOSE))).await;
            let Value::Array(found) = found else { panic!("{found}") };
            wrong.extend(found.into_iter().map(|fault| format!("{page} at {width} px: {fault}")));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    browser.closes_without_complaint().await;
}

/// What sticks out of the page, and what holds more text than it shows.
const FAULTS: &str = "(cutOnPurpose) => {
    const faults = [];
    const { scrollWidth } = document.documentElement;
    if (scrollWidth > innerWidth) faults.push(`the page is ${scrollWidth} px wide`);
    const name = (element) => `${element.tagName.toLowerCase()}.${element.className}`;
    for (const element of document.body.querySelectorAll('*')) {
        const { left, right, width } = element.getBoundingClientRect();
        if (width === 0 || element.matches(cutOnPurpose) || element.closest('pre, table, svg')) continue;
        if (left < -1 || right > innerWidth + 1) faults.push(`${name(element)} from ${left} to ${right}`);
        const hides = ['hidden', 'clip'].includes(getComputedStyle(element).overflowX);
        if (hides && element.scrollWidth > element.clientWidth + 1) faults.push(`${name(element)} cuts its text`);
    }
    return faults.slice(0, 5);
}";
