//! What the description says of cards.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Description, sends_half};
use crate::support::{Page, Program, Stream, TestApp, eventually, value};

const LIST: &str = "GET /api/v1/cards";
const SEVERAL: &str = "POST /api/v1/cards";
const READ: &str = "GET /api/v1/cards/{key}";
const SET: &str = "PUT /api/v1/cards/{key}";
const CHANGE: &str = "PATCH /api/v1/cards/{key}";
const REMOVE: &str = "DELETE /api/v1/cards/{key}";
const REPORT: &str = "POST /api/v1/cards/{key}/value";
const MAKE_ADDRESS: &str = "POST /api/v1/cards/{key}/ping";
const REMOVE_ADDRESS: &str = "DELETE /api/v1/cards/{key}/ping";

const PAUSE: &str = "PUT /api/v1/cards/{key}/pause";
const RESUME: &str = "DELETE /api/v1/cards/{key}/pause";
const PAUSE_BOARD: &str = "PUT /api/v1/boards/{slug}/pause";
const RESUME_BOARD: &str = "DELETE /api/v1/boards/{slug}/pause";

/// Where each operation is asked of a card.
const ALL: [(&str, &str); 13] = [
    (LIST, "/api/v1/cards"),
    (SEVERAL, "/api/v1/cards"),
    (READ, "/api/v1/cards/boiler.temp"),
    (SET, "/api/v1/cards/boiler.temp"),
    (CHANGE, "/api/v1/cards/boiler.temp"),
    (REMOVE, "/api/v1/cards/boiler.temp"),
    (REPORT, "/api/v1/cards/boiler.temp/value"),
    (MAKE_ADDRESS, "/api/v1/cards/boiler.temp/ping"),
    (REMOVE_ADDRESS, "/api/v1/cards/boiler.temp/ping"),
    (PAUSE, "/api/v1/cards/boiler.temp/pause"),
    (RESUME, "/api/v1/cards/boiler.temp/pause"),
    (PAUSE_BOARD, "/api/v1/boards/plant/pause"),
    (RESUME_BOARD, "/api/v1/boards/plant/pause"),
];

/// Those that read a body.
fn with_body() -> impl Iterator<Item = (&'static str, &'static str)> {
    let with_body = [SEVERAL, SET, CHANGE, REPORT, PAUSE, PAUSE_BOARD];
    ALL.into_iter().filter(move |(operation, _)| with_body.contains(operation))
}

fn asked(program: &Program, operation: &str, path: &str, body: &str) -> reqwest::RequestBuilder {
    let method = operation.split(' ').next().unwrap().parse::<Method>().unwrap();
    let request = program.request(method, path).header("Content-Type", "application/json");
    request.body(body.to_owned())
}

pub async fn keeping(described: &mut Description, boss: &Program) {
    let progress = json!({ "kind": "progress", "state": "running", "percent": 40.5, "step": 2, "steps": 5, "text": "Copies", "started_at": "2026-01-31T12:00:00Z", "publish": "done" });
    for (key, kind) in [
        ("boiler.temp", boiler()),
        ("job", progress),
        ("line", json!({ "kind": "status", "state": "ok", "audience": null })),
    ] {
        let mut card = json!({
            "board": "plant", "title": "A title", "note": "Hall B", "url": "https://example.org/", "ttl": 60, "version": 3,
            "output": "It wrote this.",
        });
        card.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
        described.sent("NewCard", &card);
        described.sent("CardFields", &card);
        described.saw(SET, boss.sets(key, &card).await, "");
        described.saw(SET, boss.sets(key, &card).await, "");
        described.saw(READ, boss.gets(&format!("/api/v1/cards/{key}")).await, "");
    }
    let asks = json!({ "publish": ["done", "failed"], "ttl": 1 });
    described.sent("NewCard", &asks);
    described.saw(CHANGE, boss.changes("job", &asks).await, "");
    let is_stalled =
        async || Some(boss.gets("/api/v1/cards/job").await).filter(|card| card.json()["stalled"] == true);
    described.saw(READ, eventually("it is stalled", is_stalled).await, "");
    described.saw(CHANGE, boss.changes("job", &json!({ "state": "done", "note": "Well" })).await, "");
    described.saw(CHANGE, boss.changes("line", &json!({ "note": null, "ttl": 5 })).await, "");
    let reported = json!({ "value": "open", "version": 4 });
    described.sent("ReportedValue", &reported);
    described
        .asked(REPORT, asked(boss, REPORT, "/api/v1/cards/boiler.temp/value", &reported.to_string()), "")
        .await;
    described.saw(LIST, boss.gets("/api/v1/cards?limit=1&after=a").await, "");
    let several = [json!({ "key": "line", "version": 4 }), json!({ "key": "line", "state": "cancelled" })];
    described.sent("SeveralCards", &json!({ "cards": several }));
    described.saw(SEVERAL, boss.sets_all(&several).await, "");
    pinging(described, boss).await;
    alarming(described, boss).await;
    listening(described, boss).await;
}

async fn pinging(described: &mut Description, boss: &Program) {
    let path = "/api/v1/cards/line/ping";
    let made = Page::read(asked(boss, MAKE_ADDRESS, path, "").send().await.unwrap()).await;
    let address = made.json()["address"].as_str().unwrap().to_owned();
    described.saw(MAKE_ADDRESS, made, "");
    for (end, told) in [("/start", "started_at"), ("", "took")] {
        reqwest::get(format!("{address}{end}")).await.unwrap();
        let card = || boss.gets("/api/v1/cards/line");
        let is_told = async || Some(card().await).filter(|card| !card.json()[told].is_null());
        described.saw(READ, eventually("it is told", is_told).await, "");
    }
    described.asked(REMOVE_ADDRESS, asked(boss, REMOVE_ADDRESS, path, ""), "").await;
}

/// Cards of each kind of which something is raised.
async fn alarming(described: &mut Description, boss: &Program) {
    let thresholds = json!([
        { "severity": "warning", "above": 70, "leave": 65, "for": 0 }, { "severity": "critical", "below": 5 },
    ]);
    let rest = json!({
        "to": { "people": ["boss"] }, "expect": 3600, "grace": 60, "silence": "warning",
        "flapping": { "changes": 6, "minutes": 10 },
    });
    for (key, kind, (field, rule)) in [
        ("hot", json!({ "kind": "value", "value": 90 }), ("thresholds", thresholds)),
        ("broken", json!({ "kind": "progress", "state": "failed" }), ("failure", json!("critical"))),
        ("gate", json!({ "kind": "status", "state": "critical" }), ("failure", json!("warning"))),
    ] {
        let (mut card, mut alarm) = (kind, rest.clone());
        alarm[field] = rule;
        (card["board"], card["alarm"]) = (json!("plant"), alarm);
        described.sent("NewCard", &card);
        described.sent("CardFields", &card);
        described.saw(SET, boss.sets(key, &card).await, "");
        described.saw(PAUSE, boss.pauses(&format!("/api/v1/cards/{key}"), 60).await, "");
        described.saw(READ, boss.gets(&format!("/api/v1/cards/{key}")).await, "");
        described.saw(RESUME, boss.resumes(&format!("/api/v1/cards/{key}")).await, "");
    }
    described.sent("Pause", &json!({ "until": "2030-01-01T00:00:00Z" }));
    described.saw(PAUSE_BOARD, boss.pauses("/api/v1/boards/plant", 60).await, "");
    described.saw(RESUME_BOARD, boss.resumes("/api/v1/boards/plant").await, "");
}

async fn listening(described: &mut Description, boss: &Program) {
    let path = "/api/v1/stream?watch=board:plant,receipts";
    let mut stream = Stream::of(boss.request(Method::GET, path).send().await.unwrap());
    let hello = stream.says_hello().await;
    stream.parser.retry.take();
    described.hears(&mut stream, "receipts").await;
    described.hears(&mut stream, "cards").await;

    let instead = format!("{path}&instead={}", hello.data["stream"].as_str().unwrap());
    let mut other = Stream::of(boss.request(Method::GET, &instead).send().await.unwrap());
    described.hears(&mut other, "hello").await;
    described.hears(&mut other, "cards").await;
    boss.removes("line").await;
    described.hears(&mut other, "cards").await;
}

fn boiler() -> Value {
    json!({
        "kind": "value", "audience": "everyone", "value": 71.5, "unit": "°C", "decimals": 1, "trend": "bad",
        "min": 0, "max": 120,
    })
}

pub async fn refusals(described: &mut Description, app: &TestApp, boss: &Program, ann: &Program) {
    let (nobody, reads) = (Program::with(app, "tid_nothing"), Program::of(app, "boss", "stream").await);
    for (operation, path) in ALL {
        described.asked(operation, asked(&nobody, operation, path, "{}"), "unauthenticated").await;
        described.asked(operation, asked(&reads, operation, path, "{}"), "scope").await;
    }
    described.saw(SET, ann.sets("mine", &value("b", 1)).await, "role");
    for (operation, path) in ALL {
        let malformed = match operation {
            LIST => "/api/v1/cards?limit=0".into(),
            READ | REMOVE | RESUME | MAKE_ADDRESS | REMOVE_ADDRESS => path.replace("boiler", "BOILER"),
            RESUME_BOARD => path.replace("plant", "PLANT"),
            _ => path.to_owned(),
        };
        described.asked(operation, asked(boss, operation, &malformed, "{"), "malformed").await;
        if ![LIST, SEVERAL].contains(&operation) {
            let other = path.replace("boiler", "other").replace("plant", "other");
            let soon = pause_from_now(60);
            let body = match operation {
                REPORT => r#"{"value":1}"#,
                PAUSE | PAUSE_BOARD => &soon,
                _ => "{}",
            };
            if operation != SET {
                described.asked(operation, asked(boss, operation, &other, body), "not-found").await;
            }
        }
    }
    for (operation, path) in with_body() {
        described.asked(operation, asked(boss, operation, path, &" ".repeat(513 * 1024)), "too-large").await;
        let packed = asked(boss, operation, path, "{}").header("Content-Encoding", "gzip");
        described.asked(operation, packed, "not-json").await;
    }
    of_others(described, app).await;
    described.saw(SET, boss.sets("boiler.temp", &json!({ "ttl": 0 })).await, "invalid");
    described.saw(CHANGE, boss.changes("boiler.temp", &json!({ "ttl": 0 })).await, "invalid");
    described.saw(REPORT, boss.reports("boiler.temp", "").await, "invalid");
    let of_a_value = asked(boss, MAKE_ADDRESS, "/api/v1/cards/boiler.temp/ping", "");
    described.asked(MAKE_ADDRESS, of_a_value, "invalid").await;
    described.saw(PAUSE, boss.pauses("/api/v1/cards/boiler.temp", -60).await, "invalid");
    described.saw(PAUSE_BOARD, boss.pauses("/api/v1/boards/plant", -60).await, "invalid");
    described.saw(SET, boss.sets("boiler.temp", &json!({ "version": 1 })).await, "old-version");
    described.saw(CHANGE, boss.changes("boiler.temp", &json!({ "version": 1 })).await, "old-version");
    let old = asked(boss, REPORT, "/api/v1/cards/boiler.temp/value", r#"{"value":1,"version":1}"#);
    described.asked(REPORT, old, "old-version").await;
    has_all_boards(app).await;
    described.saw(SET, boss.sets("more", &value("one-more", 1)).await, "too-many");
    described.saw(REMOVE, boss.removes("job").await, "");
}

/// Cards and boards of others than the token's owner, or than the token is for.
async fn of_others(described: &mut Description, app: &TestApp) {
    app.publisher("kim").await;
    let kim = Program::of(app, "kim", "cards").await;
    described.saw(SET, kim.sets("boiler.temp", &value("plant", 1)).await, "not-found");
    let few = json!({ "board": "few", "value": 1, "audience": { "people": ["boss"] } });
    Program::of(app, "boss", "cards").await.sets("few", &few).await;
    described.saw(SET, kim.sets("mine", &value("few", 1)).await, "board");
    let held = Program::held(app, "boss", "cards", &["--group", "Night shift"]).await;
    let everyone = json!({ "board": "b", "value": 1, "audience": "everyone" });
    described.saw(SET, held.sets("all", &everyone).await, "groups");
}

fn pause_from_now(seconds: i64) -> String {
    let until = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    json!({ "until": until.to_string() }).to_string()
}

/// As many boards as there may be.
async fn has_all_boards(app: &TestApp) {
    app.sql(
        "INSERT INTO boards (slug, name, audience, layout, place, above_feed, made_ms, rev) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) \
         SELECT 'board-' || i, 'Board', '{}', '', 0, FALSE, 0, 1 FROM n",
    )
    .await;
}

pub async fn while_the_database_is_away(described: &mut Description, boss: &Program) {
    for (operation, path) in ALL {
        described.asked(operation, asked(boss, operation, path, "{}"), "unavailable").await;
    }
}

/// What each of these answers to a body of which only half comes.
pub async fn half_bodies(port: u16, boss: Program) -> Vec<(&'static str, String)> {
    let halves = with_body().map(|(operation, path)| {
        let line = format!("{} {path}", operation.split(' ').next().unwrap());
        let boss = boss.clone();
        async move { (operation, sends_half(port, boss, &line).await) }
    });
    futures_util::future::join_all(halves).await
}
