//! Walls: screens that nobody touches.

use std::time::Duration;

use serde_json::json;
use tokio::time::sleep;

use crate::{
    browser::Browser,
    support::{Draft, Person, Program, TestApp, makes_wall},
};

in_every_engine! {
    a_wall_is_live_and_a_critical_post_takes_it_over_until_it_ends,
    a_wall_forgets_what_its_board_is_called_while_it_may_not_be_seen,
    a_wall_that_is_cut_off_says_so_and_heals,
    a_wall_whose_link_is_ended_says_so_quietly,
}

/// A server with an admin, and a program that keeps a board for everyone.
pub async fn with_board(options: &[&str]) -> (TestApp, Person, Program) {
    let app = TestApp::start_with(options).await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "cards").await;
    // Its cards have no audience of their own.
    program.sets("boiler", &json!({ "board": "plant", "value": 1, "title": "Boiler" })).await;
    let everyone = [("name", "Plant and jobs"), ("place", "0"), ("everyone", "on")];
    assert_eq!(boss.posts("/admin/boards/plant", &everyone).await.status, 303);
    (app, boss, program)
}

/// A screen that has opened the link of a wall, and is live.
pub async fn opens(app: &TestApp, boss: &Person, more: &[(&str, &str)]) -> Browser {
    let screen = Browser::opens(app).await;
    screen.goes(&makes_wall(boss, "plant", more).await).await;
    screen.is("live").await;
    screen.asks("window.neverReloaded = true").await;
    screen
}

/// What the pill says, asked of the page: WebKit's driver takes a word for hidden that a narrower pill would cut.
async fn says(screen: &Browser, word: &str) {
    screen.sees("stream-pill").await;
    screen.until(&format!("document.querySelector('stream-pill').innerText.trim() === '{word}'")).await;
}

async fn shows_value(screen: &Browser, value: &str) {
    screen.until(&format!("document.querySelector('.card-value')?.textContent.trim() === '{value}'")).await;
}

async fn a_wall_is_live_and_a_critical_post_takes_it_over_until_it_ends() {
    let (app, boss, program) = with_board(&[]).await;
    let screen = opens(&app, &boss, &[("posts", "on"), ("look", "dark")]).await;
    assert!(screen.asks("location.pathname").await.as_str().unwrap().starts_with("/walls/"));
    assert_eq!(screen.asks("getComputedStyle(document.documentElement).colorScheme").await, "dark");
    says(&screen, "Live").await;
    screen.until("/^[0-9]{2}:[0-9]{2}$/.test(document.querySelector('wall-clock').textContent)").await;
    shows_value(&screen, "1").await;
    program.reports("boiler", "-2.5").await;
    shows_value(&screen, "−2.5").await;

    boss.publishes(Draft::alert("warning", "Not for walls")).await;
    let fire = boss.publishes(Draft::alert("critical", "Fire in hall B").body("Leave by **door 4**.")).await;

    screen.sees(".wall-post").await;
    let text = screen.text(".wall-post").await;
    assert!(text.contains("Critical alert") && text.contains("Fire in hall B") && text.contains("door 4"));
    assert!(!text.contains("boss"), "{text}");
    screen.until("getComputedStyle(document.querySelector('.wall-board')).visibility === 'hidden'").await;
    boss.posts(&format!("/admin/posts/{fire}/resolution"), &[("note", "")]).await;

    screen.until("!document.querySelector('.wall-post')").await;
    screen.sees(".wall-board .card").await;
    assert_eq!(screen.asks("window.neverReloaded").await, true);
    screen.closes_without_complaint().await;
}

async fn a_wall_forgets_what_its_board_is_called_while_it_may_not_be_seen() {
    let (app, boss, _program) = with_board(&[]).await;
    let screen = opens(&app, &boss, &[]).await;
    let says = async |name: &str, title: &str| {
        let shown =
            format!("document.querySelector('h1').textContent === '{name}' && document.title === '{title}'");
        screen.until(&shown).await;
    };
    says("Plant and jobs", "Plant and jobs · Tidings").await;

    for audience in ["admins", "everyone"] {
        let form = [("name", "Merger"), ("place", "0"), (audience, "on")];
        assert_eq!(boss.posts("/admin/boards/plant", &form).await.status, 303);
        match audience {
            "admins" => says("Tidings", "Tidings").await,
            _ => says("Merger", "Merger · Tidings").await,
        }
    }
    screen.sees(".wall-board .card").await;
    assert_eq!(screen.asks("window.neverReloaded").await, true);
    screen.closes_without_complaint().await;
}

async fn a_wall_that_is_cut_off_says_so_and_heals() {
    let (mut app, boss, program) = with_board(&["--heartbeat", "1s"]).await;
    let screen = opens(&app, &boss, &[]).await;
    let ink = screen.asks("getComputedStyle(document.querySelector('.card-value')).color").await;
    assert_eq!(screen.asks("document.querySelector('.wall-cut').hidden").await, true);

    app.kill().await;

    // Two heartbeats and ten seconds later.
    let bar = screen.text(".wall-cut").await;
    assert!(bar.starts_with("Not connected since ") && bar.contains(':'), "{bar}");
    let part = "document.querySelector('.wall-cut').getBoundingClientRect().height * 15 / innerHeight";
    let part = screen.asks(part).await.as_f64().unwrap();
    assert!((part - 1.0).abs() < 0.05, "the bar is {part} of a fifteenth");
    let grey = screen.asks("getComputedStyle(document.querySelector('.card-value')).color").await;
    assert_ne!(grey, ink);
    assert_eq!(screen.asks("getComputedStyle(document.querySelector('.card')).filter").await, "grayscale(1)");
    app.restart().await;
    program.at(&app).reports("boiler", "3").await;

    screen.is("live").await;
    shows_value(&screen, "3").await;
    screen.until("document.querySelector('.wall-cut').hidden").await;
    assert_eq!(screen.asks("getComputedStyle(document.querySelector('.card-value')).color").await, ink);
    assert_eq!(screen.asks("window.neverReloaded").await, true);
    screen.closes_without_complaint().await;
}

async fn a_wall_whose_link_is_ended_says_so_quietly() {
    let (app, boss, _program) = with_board(&[]).await;
    let screen = opens(&app, &boss, &[]).await;
    let path = screen.asks("location.pathname").await;

    boss.posts(&format!("/admin/boards/plant{}/removal", path.as_str().unwrap()), &[]).await;

    screen.is("signed-out").await;
    assert!(screen.text(".wall-ended").await.starts_with("This link was ended."));
    says(&screen, "Ended").await;
    screen.until("!document.querySelector('.card')").await;
    assert_eq!(screen.asks("location.pathname").await, path);
    assert_eq!(screen.asks("window.neverReloaded").await, true);
    screen.closes_without_complaint().await;
}

/// Half an hour passes on the page in twenty seconds. A browser takes no less time than ever to find that nobody answers.
const FAST_CLOCK: &str = "(() => {
    const [now, wait, repeat] = [Date.now.bind(Date), setTimeout, setInterval];
    let [rate, from, at] = [1, now(), now()];
    const shown = () => at + (now() - from) * rate;
    Date.now = shown;
    window.setRate = (next) => { [at, from, rate] = [shown(), now(), next]; };
    const spent = (delay) => Math.max(delay / rate, Math.min(delay, 1000));
    window.setTimeout = (work, delay = 0, ...rest) => wait(work, spent(delay), ...rest);
    window.setInterval = (work, delay, ...rest) => repeat(work, delay, ...rest);
})()";

#[tokio::test(flavor = "multi_thread")]
async fn after_half_an_hour_without_a_server_a_wall_is_live_again() {
    let (mut app, boss, program) = with_board(&["--heartbeat", "2s"]).await;
    let screen = Browser::opens(&app).await;
    screen.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": FAST_CLOCK })).await;
    screen.goes(&makes_wall(&boss, "plant", &[]).await).await;
    screen.is("live").await;
    screen.asks("window.neverReloaded = true").await;
    let before = screen.asks("Date.now()").await.as_f64().unwrap();

    app.kill().await;
    screen.is("reconnecting").await;
    screen.asks("setRate(90)").await;
    screen.until(&format!("Date.now() - {before} > 30 * 60 * 1000")).await;

    assert!(screen.text(".wall-cut").await.starts_with("Not connected since "));
    assert_eq!(screen.asks("window.neverReloaded").await, true, "it never went away");
    screen.asks("setRate(1)").await;
    app.restart().await;
    program.at(&app).reports("boiler", "4").await;
    screen.is("live").await;
    shows_value(&screen, "4").await;
    assert_eq!(screen.asks("window.neverReloaded").await, true);
    screen.closes_without_complaint().await;
}

/// In real time: `cargo test --test browser wall::after_half_an_hour_in_real_time -- --ignored`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes half an hour"]
async fn after_half_an_hour_in_real_time_a_wall_is_live_again() {
    let (mut app, boss, program) = with_board(&[]).await;
    let screen = opens(&app, &boss, &[]).await;

    app.kill().await;
    sleep(Duration::from_secs(30 * 60)).await;

    assert!(screen.text(".wall-cut").await.starts_with("Not connected since "));
    app.restart().await;
    program.at(&app).reports("boiler", "4").await;
    screen.is("live").await;
    shows_value(&screen, "4").await;
    assert_eq!(screen.asks("window.neverReloaded").await, true);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_upgrade_a_wall_reloads_once_the_server_answers_with_a_wall() {
    let (mut app, boss, _program) = with_board(&[]).await;
    let screen = opens(&app, &boss, &[]).await;
    // As if the page were of another build than the server that comes back; and first somebody else answers.
    screen.asks("document.querySelector('wall-stream').setAttribute('build', 'another')").await;
    screen
        .asks(
            "(() => { window.asked = 0; window.trueFetch = window.fetch;
            window.fetch = async () => { window.asked += 1; return new Response('<h1>Bad gateway</h1>', { status: 502 }); }; })()",
        )
        .await;

    app.kill().await;
    app.restart().await;

    screen.is("live").await;
    screen.until("window.asked > 0").await;
    assert_eq!(screen.asks("window.neverReloaded").await, true, "no page of somebody else's");
    screen.asks("window.fetch = window.trueFetch").await;
    screen.until("window.neverReloaded === undefined").await;
    screen.is("live").await;
    shows_value(&screen, "1").await;
    screen.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_keeps_its_screen_awake_and_asks_again_when_it_is_seen_again() {
    let (app, boss, _program) = with_board(&[]).await;
    let screen = opens(&app, &boss, &[]).await;
    screen
        .asks("(() => { window.asked = 0; navigator.wakeLock.request = async () => { window.asked += 1; }; })()")
        .await;

    screen.asks("document.dispatchEvent(new Event('visibilitychange'))").await;

    screen.until("window.asked === 1").await;
    screen.closes_without_complaint().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wall_without_javascript_shows_the_board_and_of_when_it_is() {
    let (app, boss, _program) = with_board(&[]).await;
    let screen = Browser::opens_without_scripts(&app).await;

    screen.goes(&makes_wall(&boss, "plant", &[]).await).await;

    assert_eq!(screen.text(".card-value").await, "1");
    assert!(screen.text(".wall-still").await.starts_with("As of "));
}
