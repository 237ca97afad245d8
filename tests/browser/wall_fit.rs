//! What a wall shows fits its screen.

use serde_json::{Value, json};

use crate::wall::{opens, with_board};

/// Cards of every kind, and some with texts that are too long.
fn all_kinds(count: usize) -> Vec<Value> {
    let kinds = [
        json!({ "value": -18.25, "unit": "°C", "decimals": 1, "title": "Cold store" }),
        json!({ "value": 1_284_000.5, "unit": "kWh", "title": "Drawn since the beginning of the year" }),
        json!({ "value": "Line 4 waits for parts from the store", "title": "Shift" }),
        json!({ "value": 412, "title": "A title of a hundred characters is the longest that a card may have, and here it is, to its end" }),
        json!({ "kind": "progress", "percent": 64, "state": "running", "text": "Step 3 of 5: pictures", "title": "Nightly backup" }),
        json!({ "kind": "progress", "state": "failed", "text": "Exit code 4 after 12 min 5 s", "title": "Import" }),
        json!({ "kind": "status", "state": "ok", "title": "Line 4", "note": "Runs since Monday" }),
        json!({ "kind": "status", "state": "warning", "title": "Gate north" }),
        json!({ "kind": "status", "state": "critical", "title": "Dryer 2", "note": "Stopped by hand; ask the foreman of the shift before it is started again" }),
        json!({ "kind": "status", "state": "unknown", "title": "Roof", "ttl": 1 }),
    ];
    let card = |number: usize| {
        let mut card = kinds[number % kinds.len()].clone();
        card["key"] = json!(format!("card.{number:03}"));
        card["board"] = json!("plant");
        card
    };
    (0..count).map(card).collect()
}

/// What of the wall is cut off, stands outside, or lies over something else.
const CLIPPED: &str = "(() => {
    const wrong = [];
    const screen = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
    const isWithin = (one, other) => one.left >= other.left - 1 && one.top >= other.top - 1
        && one.right <= other.right + 1 && one.bottom <= other.bottom + 1;
    const box = (element) => element.getBoundingClientRect();
    const isCut = ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
        scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
    const root = document.documentElement;
    if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) wrong.push('the page scrolls');
    for (const part of document.querySelectorAll('.wall-head > :not([hidden])')) {
        if (!isWithin(box(part), screen)) wrong.push(part.className || part.localName);
    }
    const cards = [...document.querySelectorAll('.card:not([hidden])')];
    const board = box(document.querySelector('.wall-board'));
    for (const card of cards) {
        if (!isWithin(box(card), board)) wrong.push(`${card.dataset.card} is outside`);
        for (const part of card.children) {
            if (part.offsetParent === null && part.localName !== 'svg') continue;
            const name = `${card.dataset.card} ${part.className?.baseVal ?? part.className}`;
            if (!isWithin(box(part), box(card))) wrong.push(`${name} is outside`);
            if (part.matches('.card-title, .card-value, .card-state, .card-note, .card-age') && isCut(part)) wrong.push(`${name} is cut`);
        }
    }
    const size = Math.min(...cards.map((card) => parseFloat(getComputedStyle(card.querySelector('.card-value, .card-state')).fontSize)));
    if (!(size > Math.min(innerWidth, innerHeight) / 150)) wrong.push(`figures of ${size} px`);
    return { wrong, shown: cards.length };
})()";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_wall_is_clipped_on_any_screen() {
    let (app, boss, program) = with_board(&[]).await;
    let layout = "# Machines\ncard.00*\ncard.01*\n# Rooms\ncard.02*";
    let settings = [("name", "Plant and jobs"), ("place", "0"), ("everyone", "on"), ("layout", layout)];
    assert_eq!(boss.posts("/admin/boards/plant", &settings).await.status, 303);
    program.removes("boiler").await;
    let screen = opens(&app, &boss, &[]).await;

    for count in [1, 3, 10, 24, 120] {
        assert_eq!(program.sets_all(&all_kinds(count)).await.status, 200);
        screen.until(&format!("document.querySelectorAll('.card').length === {count}")).await;
        for (width, height) in [(1280, 1000), (1920, 1080), (1080, 1920), (3840, 2160)] {
            let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            screen.devtools("Emulation.setDeviceMetricsOverride", size).await;
            screen.until(&format!("innerWidth === {width} && innerHeight === {height}")).await;
            // What changes is fitted anew, too.
            program.reports("card.000", &format!("-{width}.5")).await;
            screen.until(&format!("document.querySelector('[data-card=\"card.000\"] .card-value').textContent.replace(',', '').includes('{width}.5')")).await;

            let seen = screen.asks(&format!("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done({CLIPPED}))))")).await;

            let (wrong, shown) = (&seen["wrong"], seen["shown"].as_u64().unwrap());
            assert_eq!(wrong, &json!([]), "{count} cards at {width} × {height}");
            let is_all = shown == count as u64;
            assert!(is_all || count > 24, "{shown} of {count} at {width} × {height}");
            let turns = screen.asks("document.querySelector('.wall-turn').hidden").await;
            assert_eq!(turns, is_all, "{count} cards at {width} × {height}");
        }
    }
    screen.closes_without_complaint().await;
}
