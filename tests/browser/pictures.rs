//! Every page as it looks: in both languages, light and dark, narrow and wide. No text is cut off, whatever is pressed is large
//! enough, and everything can be read. `bin/screenshots` keeps the pictures.

use std::{env, fs, path::PathBuf};

use serde_json::{Value, json};

use crate::{
    accessibility::{AXE, has_every_page},
    browser::Browser,
    support::{Role, TestApp, makes_wall},
};

/// Where the pictures go; nowhere, unless it is given.
const FOLDER: &str = "TIDINGS_SCREENSHOTS";

const WIDTHS: [u32; 2] = [320, 1280];
const HEIGHT: u32 = 900;
/// Of a longer page, the beginning tells enough.
const MAX_HEIGHT: u32 = 6000;

/// Elements whose own text is wider or higher than they are, and is cut off there without a mark that says so, a line each.
const CUT: &str = "[...document.querySelectorAll('body *')].filter((element) => {
    const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const style = getComputedStyle(element);
    const isShown = element.checkVisibility({ visibilityProperty: true }) && !element.closest('.visually-hidden, .skip-link, noscript, svg, select');
    const cutsWide = /hidden|clip/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
    const cutsHigh = /hidden|clip/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
    const isMarked = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none' || element.clientWidth <= 1;
    return hasText && isShown && !isMarked && style.display !== 'inline' && (cutsWide || cutsHigh);
}).map((element) => `${element.localName}.${element.className}: ${element.textContent.trim().slice(0, 60)}`)";

/// What cannot be read, or is too small to be pressed, a line each.
const UNFIT: &str = "axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast', 'target-size'] } })
    .then((result) => done(result.violations.flatMap(({ id, nodes }) => nodes.map((node) => id + ' ' + node.target))),
        (error) => done([String(error)]));";

async fn every_page_holds_up(language: &str, scheme: &str) {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let pages = has_every_page(&app, &boss).await;
    makes_wall(&boss, "plant", &[]).await;
    assert_eq!(boss.posts("/account/preferences", &[("language", language)]).await.status, 303);
    let browser = Browser::signs_in(&app, "boss").await;
    let features = json!([{ "name": "prefers-color-scheme", "value": scheme }, { "name": "prefers-reduced-motion", "value": "reduce" }]);
    browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;

    let mut wrong = Vec::new();
    for width in WIDTHS {
        has_size(&browser, width, HEIGHT).await;
        for page in &pages {
            browser.goes(page).await;
            browser.until("document.fonts.status === 'loaded'").await;
            let unfit = browser.asks_later(&format!("{AXE}; {UNFIT}")).await;
            for found in [browser.asks(CUT).await, unfit] {
                let Value::Array(found) = found else { panic!("{page}: {found}") };
                wrong.extend(found.into_iter().map(|what| format!("{page} ({width} px): {what}")));
            }
            keep(&browser, width, &format!("{language}-{scheme}-{width}-{}", file_name(page))).await;
        }
    }

    assert!(wrong.is_empty(), "{wrong:#?}");
    browser.closes_without_complaint().await;
}

/// A page's picture, as high as the page is.
async fn keep(browser: &Browser, width: u32, name: &str) {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).unwrap();
    let height = browser.asks("document.documentElement.scrollHeight").await.as_u64().unwrap();
    has_size(browser, width, u32::try_from(height).unwrap().clamp(HEIGHT, MAX_HEIGHT)).await;
    fs::write(folder.join(format!("{name}.png")), browser.driver.screenshot_as_png().await.unwrap()).unwrap();
    has_size(browser, width, HEIGHT).await;
}

async fn has_size(browser: &Browser, width: u32, height: u32) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", size).await;
}

fn file_name(page: &str) -> String {
    let name: String = page.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "feed".into() } else { name.chars().take(60).collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_holds_up_in_english_and_light() {
    every_page_holds_up("en", "light").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_holds_up_in_english_and_dark() {
    every_page_holds_up("en", "dark").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_holds_up_in_german_and_light() {
    every_page_holds_up("de", "light").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_holds_up_in_german_and_dark() {
    every_page_holds_up("de", "dark").await;
}
