//! The frame of pages: nothing jumps, everything can be reached, all begin at the same edge, and a printed page is whole.

use serde_json::json;

use crate::{
    browser::Browser,
    support::{Draft, Role, TestApp, makes_group},
};

pub async fn is_wide(browser: &Browser, width: u32) {
    let metrics = json!({ "width": width, "height": 844, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await;
}

/// Layout shifts since the page was loaded (W3C Layout Instability).
const SHIFTS: &str = "new PerformanceObserver((list) => {
    done(list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput).reduce((sum, { value }) => sum + value, 0));
}).observe({ type: 'layout-shift', buffered: true });
setTimeout(() => done(0), 500);";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_jumps_while_a_page_becomes_live_loses_its_connection_and_finds_it_again() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Admin).await;
    for number in 0..8 {
        boss.publishes(Draft::news(&format!("Number {number}")).body("A text.")).await;
    }
    let ann = Browser::signs_in(&app, "ann").await;
    for width in [320, 390, 600, 1280] {
        is_wide(&ann, width).await;
        ann.goes("/").await;
        ann.is("live").await;
        let shifted = ann.asks_later(SHIFTS).await;
        assert!(shifted.as_f64().unwrap() < 0.001, "{width} px: {shifted}");
        let places = "[...document.querySelectorAll('.masthead-row > *')].filter((part) => !part.matches('stream-pill, noscript'))
            .map((part) => ['left', 'right', 'top', 'bottom'].map((side) => Math.round(part.getBoundingClientRect()[side])))";
        let live = ann.asks(places).await;
        app.kill().await;
        ann.is("reconnecting").await;
        ann.until("document.querySelector('stream-pill button') !== null").await;
        assert_eq!(ann.asks(places).await, live, "{width} px");
        let rest = "document.querySelector('.viewer').getBoundingClientRect().left - document.querySelector('stream-pill').getBoundingClientRect().right";
        assert!(ann.asks(rest).await.as_f64().unwrap() >= 0.0, "the pill covers nothing at {width} px");
        app.restart().await;
        ann.is("live").await;
    }
    ann.closes_without_complaint().await;
}

/// The same, with what was moved, for the page as it is once its scripts have filled it in.
const SHIFTED: &str = "new PerformanceObserver((list) => {
    const shifts = list.getEntries().filter(({ hadRecentInput, value }) => !hadRecentInput && value >= 0.001);
    done(shifts.map(({ value, sources }) => `${value.toFixed(4)} ${sources.map(({ node }) => node?.className || node?.nodeName)}`));
}).observe({ type: 'layout-shift', buffered: true });
setTimeout(() => done([]), 500);";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_script_fills_in_has_its_room_before() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Admin).await;
    let asks = Draft::alert("warning", "Leave the building").body("A text.").with("acknowledge", "on");
    let post = app.signs_in("ann").await.publishes(asks).await;
    boss.publishes(Draft::news("News").body("A text.")).await;
    let ann = Browser::signs_in(&app, "ann").await;
    let mut shifted = vec![];
    for width in [320, 390, 600, 1280] {
        is_wide(&ann, width).await;
        for page in [
            "/connection".to_owned(),
            "/account/preferences".to_owned(),
            "/boards".to_owned(),
            format!("/posts/{post}"),
            format!("/admin/posts/{post}/roster"),
            "/admin/posts".to_owned(),
            "/admin/posts/new".to_owned(),
        ] {
            ann.goes(&page).await;
            ann.is("live").await;
            if page == "/connection" {
                ann.until("document.querySelector('[data-fact=way]').textContent.includes('Nothing')").await;
            }
            let shifts = ann.asks_later(SHIFTED).await;
            if shifts != json!([]) {
                shifted.push(format!("{page} at {width} px: {shifts}"));
            }
        }
    }
    assert!(shifted.is_empty(), "{shifted:#?}");
    ann.closes_without_complaint().await;
}

/// Where the columns of a table begin, with the times as the script says them and as the server did before.
const COLUMNS: &str = "const times = [...document.querySelectorAll('.table time[datetime]')];
const begins = () => [...document.querySelectorAll('.table thead th')].map((column) => Math.round(column.getBoundingClientRect().left));
const said = begins();
fetch(location.href).then((page) => page.text()).then((page) => {
    const before = new Map([...page.matchAll(/<time datetime=\"([^\"]+)\">([^<]+)</g)].map(([, at, text]) => [at, text]));
    const shorter = times.filter((time) => before.get(time.dateTime).length > time.textContent.length).length;
    times.forEach((time) => time.textContent = before.get(time.dateTime));
    done([shorter, said, begins()]);
});";

#[tokio::test(flavor = "multi_thread")]
async fn a_table_of_posts_keeps_its_columns_when_a_script_says_its_times() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::alert("warning", "Leave the building").body("A text.")).await;
    let writer = Browser::signs_in(&app, "boss").await;
    for width in [800, 1280] {
        is_wide(&writer, width).await;
        writer.goes("/admin/posts").await;
        writer.is("live").await;
        let columns = writer.asks_later(COLUMNS).await;
        assert_eq!(columns[0], 1, "the server's text is longer: {columns}");
        assert_eq!(columns[1], columns[2], "{width} px");
    }
    writer.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_place_is_marked_can_be_reached_in_two_taps_and_begins_at_the_same_edge() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Admin).await;
    boss.publishes(Draft::news("News").body("A text.")).await;
    let critical = boss.publishes(Draft::alert("critical", "Leave the building").body("A text.")).await;
    boss.publishes(Draft::alert("info", "Information").body("A text.")).await;
    let group = makes_group(&boss, "Crew", &["ann"]).await;
    let ann = Browser::signs_in(&app, "ann").await;
    for width in [320, 1280] {
        is_wide(&ann, width).await;
        let mut edges = vec![];
        for (page, place, second) in [
            ("/", "Feed", ""),
            ("/posts/1", "Feed", ""),
            ("/boards", "Boards", ""),
            ("/admin/posts/new", "Post", ""),
            ("/admin/people", "Admin", "People"),
            ("/admin/people/1", "Admin", "People"),
            ("/admin/people/import", "Admin", "People"),
            (group.as_str(), "Admin", "Groups"),
            ("/admin/tokens", "Admin", "Tokens"),
            ("/admin/audit", "Admin", "Audit log"),
            ("/admin/boards", "Admin", "All boards"),
        ] {
            ann.goes(page).await;
            let current = "document.querySelector('.menu a[aria-current]')?.firstChild.textContent.trim()";
            assert_eq!(ann.asks(current).await, place, "{page} at {width} px");
            let tab = "document.querySelector('.sections a[aria-current]')?.textContent.trim() ?? ''";
            assert_eq!(ann.asks(tab).await, second, "{page} at {width} px");
            edges.push(
                ann.asks("Math.round(document.querySelector('h1').getBoundingClientRect().left)").await,
            );
        }
        edges.dedup();
        assert_eq!(edges.len(), 1, "{edges:?} at {width} px");
        ann.goes("/").await;
        let texts = "[...new Set([...document.querySelectorAll('.posts .post-title')].map((title) => Math.round(title.getBoundingClientRect().left)))].length";
        assert_eq!(ann.asks(texts).await, 1, "all posts have one text edge at {width} px");
        let out_of_sight =
            "[...document.querySelectorAll('.menu a:not(.find-jump), .viewer a')].filter((link) => {
            const { left, right, width } = link.getBoundingClientRect();
            return width === 0 || left < 0 || right > innerWidth + 1;
        }).length";
        assert_eq!(ann.asks(out_of_sight).await, 0, "{width} px");
    }
    is_wide(&ann, 320).await;
    ann.clicks(".viewer-name").await;
    ann.sees(".sign-out button").await;
    // Nothing stands above what goes on.
    boss.posts(&format!("/admin/posts/{critical}/resolution"), &[("note", "")]).await;
    ann.goes("/").await;
    ann.sees(".new-post").await;
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_keeps_the_frame_and_says_the_sentence_first() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let ann = Browser::signs_in(&app, "ann").await;

    for page in ["/nothing-is-here", "/posts/999", "/admin/people"] {
        ann.goes(page).await;
        ann.sees(".masthead a.brand").await;
        ann.is("live").await;
        let text = ann.text("main").await;
        let (sentence, number) = (text.find(&ann.text("h1").await), text.find("Error 40"));
        assert!(sentence < number, "{page}: {text}");
    }
    ann.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_paper_nothing_is_cut_and_dates_are_whole() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    boss.publishes(Draft::news("Long").body(&"A line of it.\n\n".repeat(200))).await;
    let ann = Browser::signs_in(&app, "ann").await;
    ann.sees(".prose.long").await;
    ann.until("document.querySelector('.times time').title !== ''").await;

    ann.devtools("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;

    let cut = "(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)(document.querySelector('.prose.long'))";
    assert_eq!(ann.asks(cut).await, 0);
    let date = "getComputedStyle(document.querySelector('.times time'), '::after').content.includes(String(new Date().getFullYear()))";
    assert_eq!(ann.asks(date).await, true);
    assert_eq!(ann.asks("getComputedStyle(document.querySelector('.masthead')).display").await, "none");
    ann.closes_without_complaint().await;
}
