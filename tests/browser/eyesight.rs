//! Pages as people change them for their eyes: colours of their own, everything twice as large, and text alone twice as large.

use serde_json::{Value, json};

use crate::{
    accessibility::has_every_page,
    browser::Browser,
    support::{Draft, Role, TestApp, makes_wall},
};

/// What is pressed or filled in, and in the colours of its reader looks like the text around it: a line each. Links and other
/// text that is underlined do not; nor does what the browser draws itself.
const FLAT: &str = "[...document.querySelectorAll('button, .button, input:not([type=hidden]), select, textarea, summary')]
    .filter((element) => {
        const style = getComputedStyle(element);
        const isShown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && !element.closest('.visually-hidden');
        const hasEdge = ['Top', 'Right', 'Bottom', 'Left'].some((side) =>
            style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) >= 1
            && style[`border${side}Color`] !== getComputedStyle(element.parentElement).backgroundColor);
        const isLined = [element, ...element.querySelectorAll('*')].some((part) => getComputedStyle(part).textDecorationLine.includes('underline'));
        const isDrawn = element.localName === 'summary' || element.type === 'file' || (/checkbox|radio|range/.test(element.type) && style.appearance !== 'none');
        return isShown && !hasEdge && !isLined && !isDrawn;
    }).map((element) => `${element.localName}.${element.className}: ${(element.textContent || element.name).trim().slice(0, 40)}`)";

/// What tells something by how it looks, and in the colours of its reader looks like the page behind it.
const UNTOLD: &str = "(() => {
    const page = getComputedStyle(document.body).backgroundColor;
    const parts = (element) => [null, '::before', '::after'].map((part) => getComputedStyle(element, part))
        .filter((style, index) => index === 0 || style.content !== 'none');
    const isSeen = (style) => {
        const hasEdge = ['Top', 'Right', 'Bottom', 'Left'].some((side) =>
            style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Color`] !== page);
        return hasEdge || ![page, 'rgba(0, 0, 0, 0)'].includes(style.backgroundColor) || style.outlineStyle !== 'none'
            || style.textDecorationLine.includes('underline');
    };
    return ['.unread-mark', '.alert', '.menu [aria-current]', 'alert-bar > *'].flatMap((what) =>
        [...document.querySelectorAll(what)]
            .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !parts(element).some(isSeen))
            .map((element) => `${what}: ${element.textContent.trim().slice(0, 40)}`));
})()";

/// How much of what stands above and below each other in the middle of the page is in the way of what is read, from 0 to 1.
const COVERED: &str = "(() => {
    const isStuck = (element) => ['fixed', 'sticky'].includes(getComputedStyle(element).position);
    scrollTo(0, document.documentElement.scrollHeight / 2);
    const { left, width } = document.querySelector('main').getBoundingClientRect();
    const lines = [...Array(innerHeight).keys()].filter((y) => {
        for (let at = document.elementFromPoint(left + width / 2, y); at; at = at.parentElement) if (isStuck(at)) return true;
        return false;
    });
    return lines.length / innerHeight;
})()";

/// A browser of an admin, and the address of every page.
async fn every_page(app: &TestApp) -> (Browser, Vec<String>) {
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let pages = has_every_page(app, &boss).await;
    makes_wall(&boss, "plant", &[]).await;
    app.signs_up("eve", Role::Admin).await;
    let eve = Browser::signs_in(app, "eve").await;
    boss.publishes(Draft::alert("critical", "Leave the building by the north stairs")).await;
    (eve, pages)
}

fn lines(found: Value, page: &str) -> Vec<String> {
    let Value::Array(found) = found else { panic!("{page}: {found}") };
    found.into_iter().map(|what| format!("{page}: {what}")).collect()
}

/// What of the page goes beyond the screen, or is in the way on it.
async fn room(browser: &Browser, page: &str) -> Vec<String> {
    let widths = browser.asks("[document.documentElement.scrollWidth, innerWidth]").await;
    let covered = browser.asks(COVERED).await.as_f64().unwrap();
    let mut wrong = Vec::new();
    if widths[0].as_f64() > widths[1].as_f64() {
        wrong.push(format!("{page} scrolls sideways: {widths}"));
    }
    if covered > 0.5 {
        wrong.push(format!("{page}: {covered} of the screen is in the way"));
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn in_the_colours_of_its_reader_every_control_and_every_mark_is_seen() {
    let app = TestApp::start().await;
    let (eve, pages) = every_page(&app).await;
    let features = json!([{ "name": "forced-colors", "value": "active" }]);
    eve.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    assert_eq!(eve.asks("matchMedia('(forced-colors: active)').matches").await, true);

    let mut wrong = Vec::new();
    for page in &pages {
        eve.goes(page).await;
        wrong.extend(lines(eve.asks(FLAT).await, page));
        wrong.extend(lines(eve.asks(UNTOLD).await, page));
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
    eve.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_as_large_every_page_fits_and_nothing_is_in_the_way() {
    let app = TestApp::start().await;
    let (eve, pages) = every_page(&app).await;
    // As 1280 by 800 pixels are at 200 %.
    let zoomed = json!({ "width": 640, "height": 400, "deviceScaleFactor": 2, "mobile": false });
    eve.devtools("Emulation.setDeviceMetricsOverride", zoomed).await;

    let mut wrong = Vec::new();
    for page in &pages {
        eve.goes(page).await;
        wrong.extend(room(&eve, page).await);
    }
    let larger = json!({ "width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": false });
    eve.devtools("Emulation.setDeviceMetricsOverride", larger).await;
    for page in &pages {
        eve.goes(page).await;
        eve.asks("document.documentElement.style.setProperty('font-size', '200%')").await;
        wrong.extend(room(&eve, &format!("{page} in large text")).await);
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
    eve.closes_without_complaint().await;
}
