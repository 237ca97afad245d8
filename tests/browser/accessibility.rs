//! The accessibility gate: axe-core finds nothing on any page, in either language, light or dark, and no page scrolls sideways.

use serde_json::{Value, json};

use crate::{
    browser::Browser,
    example_cards::has_cards,
    support::{Draft, Person, Role, TestApp, makes_wall},
};

pub const AXE: &str = include_str!("axe.min.js");

#[tokio::test(flavor = "multi_thread")]
async fn every_page_passes_the_accessibility_gate_in_both_languages_light_and_dark() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("off", Role::Member).await;
    app.runs(&["user", "disable", "off"], "").await;
    let pages = has_every_page(&app, &boss).await;
    let browser = Browser::opens(&app).await;
    browser.goes(&makes_wall(&boss, "plant", &[]).await).await;
    let mut wrong = vec![];
    for (scheme, language) in [("light", "en"), ("dark", "de")] {
        boss.posts("/account/preferences", &[("language", language)]).await;
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
        browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        browser.goes("/login").await;
        wrong.extend(problems(&browser, scheme, "/login").await);
        browser.types("username", "boss").await;
        browser.types("password", "nonsense").await;
        browser.clicks("form[action='/login'] button").await;
        browser.sees("[role=alert]").await;
        wrong.extend(problems(&browser, scheme, "a refused sign-in").await);
        browser.signs_in_here(&app, "boss").await;
        browser.is("live").await;
        for page in &pages {
            browser.goes(page).await;
            wrong.extend(problems(&browser, scheme, page).await);
        }
        boss.publishes(Draft::alert("critical", "Leave the building by the north stairs now")).await;
        browser.goes("/account").await;
        browser.sees("alert-bar a.button").await;
        wrong.extend(problems(&browser, scheme, "a page with a critical alert").await);
        browser.goes("/").await;
        browser.is("live").await;
        browser.asks("document.activeElement.blur()").await;
        browser.driver.active_element().await.unwrap().send_keys("?").await.unwrap();
        browser.sees("dialog.keys-sheet").await;
        wrong.extend(problems(&browser, scheme, "the sheet of keys").await);
        app.sql("UPDATE sessions SET confirmed_ms = 0").await;
        browser.goes("/admin/people/2").await;
        browser.clicks("form[action='/admin/people/2/role'] button").await;
        browser.sees("#confirm-password").await;
        wrong.extend(problems(&browser, scheme, "a page that asks for the password again").await);
        browser.goes("/admin/posts/new").await;
        browser.clicks(".actions button:not([formaction])").await;
        browser.sees(".problem").await;
        wrong.extend(problems(&browser, scheme, "a post form with mistakes").await);
        browser.types("title", "A title").await;
        browser.clicks(".actions button[value='preview']").await;
        browser.sees("#preview, .problem").await;
        wrong.extend(problems(&browser, scheme, "a preview").await);
        browser.clicks("form[action='/logout'] button").await;
        browser.sees("form[action='/login']").await;
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
    browser.closes_without_complaint().await;
}

/// Posts, people, boards and all that administrators make: the address of every page, for an administrator. A wall of the board
/// is still to be made.
pub async fn has_every_page(app: &TestApp, boss: &Person) -> Vec<String> {
    boss.publishes(Draft::news("Bicycles").body(
        "Forty **new** stands, [with roofs](https://example.org).\n\n- one\n- two\n\n> quoted\n\n`code`\n\n\
         |a|b|\n|:-|-:|\n|1|2|\n\n[![](plan.png)](https://example.org) https://example.org\n\n- שלום",
    ))
    .await;
    for severity in ["info", "warning", "critical"] {
        boss.publishes(Draft::alert(severity, "Something is up").body("Text below.")).await;
    }
    let alert = boss.publishes(Draft::alert("critical", "Smoke in building C")).await;
    let over = boss.publishes(Draft::alert("warning", "Low water").body("Until six.")).await;
    is_over(boss, over, "Repaired").await;
    let post = boss.publishes(Draft::news("Only for Ann").to(&["ann"])).await;
    let asks = [
        ("kind", "news"),
        ("title", "Are you safe?"),
        ("audience", "everyone"),
        ("answers", "I am safe"),
        ("answers", "I need help"),
        ("answer_kinds", "fine"),
        ("answer_kinds", "help"),
    ];
    let asks = boss.posts("/admin/posts", &asks).await.location().to_owned();
    let edited =
        [("kind", "news"), ("title", "Bicycles and cars"), ("version", "1"), ("audience", "everyone")];
    assert_eq!(boss.posts("/admin/posts/1", &edited).await.status, 303);
    let link = has_what_admins_make(boss, "ann").await;
    let list = brings_a_list(boss).await;
    has_cards(app, boss).await;
    let [post, alert, over] = [post, alert, over].map(|post| format!("/posts/{post}"));
    let snooze = format!("{alert}/snooze");
    let [roster, record] = ["roster", "record"].map(|page| format!("/admin{asks}/{page}"));
    let pages = [
        "/",
        alert.as_str(),
        over.as_str(),
        post.as_str(),
        "/boards",
        "/boards/plant",
        "/boards/none",
        "/cards/power",
        "/admin/boards",
        "/admin/boards/plant",
        "/admin/boards/plant/removal",
        "/admin/boards/plant/walls",
        "/admin/boards/plant/walls/1/removal",
        "/walls/1",
        "/wall/nothing",
        "/admin/posts",
        "/admin/posts/new",
        "/admin/posts/1/edit",
        "/admin/posts/1/withdrawal",
        "/admin/posts/1/pin",
        "/posts/1/revisions",
        roster.as_str(),
        record.as_str(),
        "/admin/people",
        "/admin/people/1",
        "/admin/people/2",
        "/admin/people/import",
        list.as_str(),
        "/admin/invitations",
        "/admin/groups",
        "/admin/groups/1",
        "/admin/groups/1/duty",
        "/admin/groups/1/removal",
        "/admin/tokens",
        "/admin/tokens/1/revocation",
        "/admin/invitations/1/withdrawal",
        "/admin/organisation",
        "/admin/audit",
        "/account",
        "/connection",
        "/?snoozed=1",
        snooze.as_str(),
        "/offline",
        "/account/preferences",
        link.as_str(),
        "/link?token=nothing",
        "/nothing",
    ];
    pages.into_iter().map(str::to_owned).collect()
}

/// The author says of an alert that it is over.
async fn is_over(author: &Person, post: i64, note: &str) {
    let answer = author.posts(&format!("/admin/posts/{post}/resolution"), &[("note", note)]).await;
    assert_eq!(answer.status, 303, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn states_that_come_and_go_pass_the_gate_too() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let features = json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]);
    ann.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    let mut wrong = problems(&ann, "light", "an empty feed").await;
    let first = Browser::signs_in(&app, "boss").await;
    wrong.extend(problems(&first, "light", "first steps").await);
    first.closes_without_complaint().await;

    app.kill().await;
    ann.is("reconnecting").await;
    wrong.extend(problems(&ann, "light", "a page that reconnects").await);
    app.restart().await;
    let post = boss.publishes(Draft::alert("critical", "Meanwhile")).await;
    ann.shows(&[post]).await;
    wrong.extend(problems(&ann, "light", "a page that has caught up").await);
    app.runs(&["user", "disable", "ann"], "").await;
    ann.is("signed-out").await;
    wrong.extend(problems(&ann, "light", "a signed-out page").await);

    assert!(wrong.is_empty(), "{wrong:#?}");
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_scrolls_sideways_on_a_narrow_screen() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("somebody-with-a-name-that-goes-on-and-on-and-never-seems-to-end", Role::Member).await;
    let over = boss.publishes(Draft::alert("critical", "It was long")).await;
    is_over(&boss, over, &"Donaudampfschifffahrtsgesellschaft".repeat(5)).await;
    boss.publishes(Draft::news(&"Donaudampfschifffahrtsgesellschaft".repeat(5)).body(&"x".repeat(500))).await;
    boss.publishes(Draft::alert("critical", "Table").body(&format!(
        "```\n{}\n```\n\nhttps://example.org/{}",
        "wide ".repeat(60),
        "a".repeat(200)
    )))
    .await;
    let link =
        has_what_admins_make(&boss, "somebody-with-a-name-that-goes-on-and-on-and-never-seems-to-end").await;
    let list = brings_a_list(&boss).await;
    has_cards(&app, &boss).await;
    makes_wall(&boss, "plant", &[]).await;
    let browser = Browser::signs_in(&app, "boss").await;
    let narrow = json!({ "width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", narrow).await;

    let loud = "Donaudampfschifffahrtsgesellschaft".repeat(5);
    for page in [
        "/",
        "/posts/1",
        "/posts/2",
        "/boards",
        "/boards/plant",
        "/cards/power",
        "/admin/boards",
        "/admin/boards/plant",
        "/admin/boards/plant/walls",
        "/admin/posts/new",
        "/admin/people",
        "/admin/people/2",
        "/admin/people/import",
        list.as_str(),
        "/admin/invitations",
        "/admin/groups",
        "/admin/groups/1",
        "/admin/groups/1/removal",
        "/admin/tokens",
        "/admin/organisation",
        "/admin/audit",
        "/account",
        "/connection",
        "/account/preferences",
        link.as_str(),
        "/nothing",
    ] {
        boss.publishes(Draft::alert("critical", &loud)).await;
        browser.goes(page).await;
        if !page.starts_with("/link") && !["/", "/nothing"].contains(&page) {
            browser.sees("alert-bar a.button").await;
        }
        let widths = browser.asks("[document.documentElement.scrollWidth, innerWidth]").await;
        assert!(widths[0].as_i64() <= widths[1].as_i64(), "{page}: {widths}");
    }
    browser.closes_without_complaint().await;
}

/// A group with somebody in it, a token with every limit, and an invitation: its link.
async fn has_what_admins_make(admin: &Person, name: &str) -> String {
    admin.posts("/admin/groups", &[("name", "Night shift")]).await;
    admin.posts("/admin/groups/1/members", &[("people", name)]).await;
    let limits = [("expires", "30"), ("groups", "Night shift"), ("networks", "10.0.0.0/8, 2001:db8::/32")];
    let token = [("name", "jobs"), ("owner", name), ("scope", "publish")];
    assert_eq!(admin.posts("/admin/tokens", &[token, limits].concat()).await.status, 303);
    let made = admin.posts_and_sees("/admin/invitations", &[("name", "Greta"), ("role", "member")]).await;
    let link = made.text.split(&format!("{}/link", admin.url)).nth(1).unwrap();
    format!("/link{}", link.split('<').next().unwrap())
}

/// The page of a list that would change something of each kind.
async fn brings_a_list(admin: &Person) -> String {
    let head = "number,name,role,groups,external,ends\n";
    let long = "Somebody with a name that goes on and on and never seems to end";
    let lines = format!("1,{long},publisher,Day shift;{long},yes,2199-12-31\n2,Gone,,,,2020-12-31\n");
    let brought = admin.sends_file("/admin/people/import", &format!("{head}{lines}")).await;
    assert_eq!(brought.status, 303, "{brought:?}");
    brought.location().to_owned()
}

/// What axe-core finds on the page that is open, a line each.
pub async fn problems(browser: &Browser, scheme: &str, page: &str) -> Vec<String> {
    let run = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
        .then((result) => done(result.violations.map(({ id, help, nodes }) =>
            id + ': ' + help + ' ' + nodes.map((node) => node.target + ' ' + node.failureSummary).join('; '))),
            (error) => done([String(error)]));";
    let found = browser.asks_later(&format!("{AXE}; {run}")).await;
    let Value::Array(found) = found else { panic!("{found}") };
    found.into_iter().map(|problem| format!("{page} ({scheme}): {problem}")).collect()
}
