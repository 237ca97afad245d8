//! That the description is true: whatever it lists was seen, and what was seen is as it lists it.

use std::{pin::pin, time::Duration};

use futures_util::future::select;
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::description::Description;
use crate::{
    posts::{calls::id_of, expiry::expires},
    support::{Page, Program, Raw, Stream, TestApp, makes_group, news},
};

mod cards;

const LIST: &str = "GET /api/v1/posts";
const PUBLISH: &str = "POST /api/v1/posts";
const READ: &str = "GET /api/v1/posts/{id}";
const EDIT: &str = "PATCH /api/v1/posts/{id}";
const WITHDRAW: &str = "DELETE /api/v1/posts/{id}";
const RESOLVE: &str = "PUT /api/v1/posts/{id}/resolution";
const REOPEN: &str = "DELETE /api/v1/posts/{id}/resolution";
const PIN: &str = "PUT /api/v1/posts/{id}/pin";
const UNPIN: &str = "DELETE /api/v1/posts/{id}/pin";
const ROSTER: &str = "GET /api/v1/posts/{id}/roster";
const CALLS: &str = "GET /api/v1/posts/{id}/calls";
const ANSWER: &str = "PUT /api/v1/posts/{id}/people/{person}/answer";
const TAKE: &str = "PUT /api/v1/posts/{id}/people/{person}/taking";
const GIVE_BACK: &str = "DELETE /api/v1/posts/{id}/people/{person}/taking";
const LISTEN: &str = "GET /api/v1/stream";
const DESCRIBE: &str = "GET /api/v1/openapi.json";

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_and_field_that_is_described_is_seen_and_nothing_else() {
    let mut app = TestApp::start_with(&["--max-streams-per-user", "1", "--heartbeat", "1s"]).await;
    let admin = app.admin("boss").await;
    app.member("ann").await;
    app.member("ben").await;
    makes_group(&admin, "Night shift", &["ann"]).await;
    let boss = Program::of(&app, "boss", "publish,stream,cards").await;
    let ann = Program::of(&app, "ann", "publish,stream,cards").await;
    let mut described = Description::of(&boss).await;
    // It takes its 30 s while the rest goes on.
    let halves = [PUBLISH, EDIT, RESOLVE, PIN, ANSWER].map(|operation| {
        let (port, program) = (app.port, boss.clone());
        tokio::spawn(async move { (operation, sends_half(port, program, operation).await) })
    });

    let halves_of_cards = tokio::spawn(cards::half_bodies(app.port, boss.clone()));

    let before = boss.opens_stream().await.cursor;
    publishing(&mut described, &app, &boss, &ann).await;
    reading(&mut described, &boss, &ann).await;
    helping(&mut described, &app, &boss).await;
    changing(&mut described, &app, &boss).await;
    catching_up(&mut described, &app, &boss, &before).await;
    listening(&mut described, &app, &boss, &ann).await;
    refusals(&mut described, &app, &boss).await;
    cards::keeping(&mut described, &boss).await;
    cards::refusals(&mut described, &app, &boss, &ann).await;
    for (operation, slow) in halves_of_cards.await.unwrap() {
        described.saw_text(operation, &slow, "too-slow");
    }
    for half in halves {
        let (operation, slow) = half.await.unwrap();
        assert!(slow.starts_with("HTTP/1.1 408 "), "{slow}");
        described.saw_text(operation, &slow, "too-slow");
    }
    while_the_database_is_away(&mut described, &mut app, &boss).await;

    described.was_seen_whole();
}

async fn publishing(described: &mut Description, app: &TestApp, boss: &Program, ann: &Program) {
    for post in [
        json!({ "kind": "news", "severity": null, "title": "News", "body": "*b*", "audience": "everyone",
                "expires": "2999-12-24T08:00", "pinned": "2999-12-24T08:00", "dedup_key": "a" }),
        json!({ "kind": "alert", "severity": "info", "title": "Alert", "body": "b", "audience": { "people": ["ann"] },
                "expires": "2999-12-24T08:00", "pinned": "2999-12-24T08:00", "coordinators": "ann", "drill": true }),
        json!({ "kind": "news", "title": "News", "audience": { "groups": ["Night shift"] },
                "coordinators": "Night shift", "drill": false }),
        json!({ "kind": "news", "title": "News", "audience": { "everyone": true, "external": true, "except": ["ann"] } }),
        json!({ "kind": "alert", "severity": "info", "title": "Alert", "audience": "everyone", "acknowledge": true,
                "due": "2999-12-24T08:00", "zone": "Europe/Vienna", "dedup_key": "b" }),
        json!({ "kind": "news", "title": "News", "audience": "everyone", "acknowledge": true,
                "due": "2999-12-24T08:00", "zone": "UTC", "answers": ["Safe", "Help"],
                "answer_kinds": ["fine", "help"], "telephone": true }),
        json!({ "kind": "alert", "severity": "info", "title": "Alert", "audience": "everyone",
                "answers": ["Safe", "Help"], "answer_kinds": ["fine", "help"], "telephone": true,
                "remind_every": 60, "remind_times": 3 }),
        json!({ "kind": "news", "title": "News", "audience": "everyone", "acknowledge": true,
                "remind_every": 5, "remind_times": 12, "escalate_to": ["Night shift"], "escalate_after": [10],
                "escalate_if": ["half"] }),
        json!({ "kind": "alert", "severity": "info", "title": "Alert", "audience": "everyone", "acknowledge": true,
                "escalate_to": ["Night shift"], "escalate_after": [10], "escalate_if": ["all"] }),
    ] {
        described.sent("NewPost", &post);
        described.saw(PUBLISH, boss.sends(&post).await, "");
    }
    described.saw(PUBLISH, ann.sends(&news("x")).await, "role");
    // Both kinds are said again, so that what is told of them has been seen.
    for (kind, severity, key) in [("news", json!(null), "a"), ("alert", json!("info"), "b")] {
        let again = json!({ "kind": kind, "severity": severity, "title": "Again", "audience": "everyone", "dedup_key": key });
        described.saw(PUBLISH, boss.sends(&again).await, "");
    }
    let request = |body: String| boss.request(Method::POST, "/api/v1/posts").body(body);
    let typed = |body: &str| request(body.to_owned()).header("Content-Type", "application/json");
    described.asked(PUBLISH, typed("{"), "malformed").await;
    described.asked(PUBLISH, request("{}".into()), "not-json").await;
    described.asked(PUBLISH, typed(&" ".repeat(513 * 1024)), "too-large").await;
    described.saw(PUBLISH, boss.sends(&news("a\nb")).await, "invalid");
    described.saw(PUBLISH, boss.sends_once(&news("Once"), "key").await, "");
    described.saw(PUBLISH, boss.sends_once(&news("Another"), "key").await, "key-reused");

    // One of two still waits for the database when the other comes.
    let lock = app.locks_database().await;
    let twice = news("Twice");
    let (one, other) = (pin!(boss.sends_once(&twice, "twice")), pin!(boss.sends_once(&twice, "twice")));
    let (late, early) = select(one, other).await.factor_first();
    described.saw(PUBLISH, late, "key-in-progress");
    lock.rollback().await.unwrap();
    described.saw(PUBLISH, early.await, "");
}

async fn reading(described: &mut Description, boss: &Program, ann: &Program) {
    described.saw(LIST, ann.gets("/api/v1/posts?limit=1&before=9&kind=alert&severity=info").await, "");
    described.saw(LIST, ann.gets("/api/v1/posts?limit=1").await, "");
    described.saw(LIST, ann.gets("/api/v1/posts?severity=").await, "malformed");
    described.saw(READ, ann.gets("/api/v1/posts/1").await, "");
    described.saw(READ, ann.gets("/api/v1/posts/999").await, "not-found");
    described.saw(DESCRIBE, boss.gets("/api/v1/openapi.json").await, "");
}

/// Alert 2 and news 1 are by this program.
async fn changing(described: &mut Description, app: &TestApp, boss: &Program) {
    let typed = |operation: &'static str, post: i64, body: &str| {
        let (method, path) = operation.split_once(' ').unwrap();
        let request = boss.request(method.parse().unwrap(), &path.replace("{id}", &post.to_string()));
        request.header("Content-Type", "application/json").body(body.to_owned())
    };
    let edit = json!({ "kind": "alert", "title": "Edited", "body": "b", "severity": "warning", "version": 1, "again": false,
                "audience": { "people": ["ann"] }, "expires": null, "pinned": "2999-12-24T08:00", "zone": "UTC",
                "coordinators": "" });
    described.sent("PostEdit", &edit);
    described.asked(EDIT, typed(EDIT, 2, &edit.to_string()), "").await;
    described.asked(EDIT, typed(EDIT, 2, &edit.to_string()), "version").await;
    let resolution = json!({ "note": "It is over" });
    described.sent("NewResolution", &resolution);
    for (operation, empty) in [(EDIT, "{}"), (RESOLVE, "{}"), (PIN, r#"{"until":"2999-12-24T08:00"}"#)] {
        described.asked(operation, typed(operation, 99, empty), "not-found").await;
        described.asked(operation, typed(operation, 2, "{"), "malformed").await;
        described.asked(operation, typed(operation, 2, &" ".repeat(513 * 1024)), "too-large").await;
        let other = typed(operation, 2, "{}").header("Content-Type", "text/plain");
        let mut other = other.build().unwrap();
        other.headers_mut().insert("content-type", "text/plain".parse().unwrap());
        let answer = reqwest::Client::new().execute(other).await.unwrap();
        described.saw(operation, Page::read(answer).await, "not-json");
    }
    described.asked(EDIT, typed(EDIT, 2, r#"{"title":""}"#), "invalid").await;
    described.asked(RESOLVE, typed(RESOLVE, 2, r#"{"note":"two\nlines"}"#), "invalid").await;
    described.asked(EDIT, typed(EDIT, 1, r#"{"severity":"info"}"#), "not-an-alert").await;
    described.asked(RESOLVE, typed(RESOLVE, 1, "{}"), "not-an-alert").await;
    described.asked(RESOLVE, typed(RESOLVE, 2, &resolution.to_string()), "").await;
    described.saw(READ, boss.gets("/api/v1/posts/2").await, "");
    described.asked(REOPEN, typed(REOPEN, 2, ""), "").await;
    described.asked(REOPEN, typed(REOPEN, 99, ""), "not-found").await;
    let pin = json!({ "until": "2999-12-24T08:00", "zone": "UTC" });
    described.sent("NewPin", &pin);
    described.asked(PIN, typed(PIN, 2, &pin.to_string()), "").await;
    described.asked(PIN, typed(PIN, 2, r#"{"until":"soon"}"#), "invalid").await;
    described.asked(UNPIN, typed(UNPIN, 2, ""), "").await;
    described.asked(UNPIN, typed(UNPIN, 99, ""), "not-found").await;
    described.asked(PIN, typed(PIN, 2, &pin.to_string()), "").await;
    let rosters = [
        ("5/roster", ""),
        ("5/roster?limit=1", ""),
        ("7/roster", ""),
        ("8/roster", ""),
        ("1/roster", ""),
        ("99/roster", "not-found"),
        ("5/roster?state=x", "malformed"),
    ];
    for (path, problem) in rosters {
        described.saw(ROSTER, boss.gets(&format!("/api/v1/posts/{path}")).await, problem);
    }
    described.asked(RESOLVE, typed(RESOLVE, 2, &resolution.to_string()), "").await;

    let withdraw = |query: &str| boss.request(Method::DELETE, &format!("/api/v1/posts/{query}"));
    described.asked(WITHDRAW, withdraw("3?reason=two%0Alines"), "invalid").await;
    described.asked(WITHDRAW, withdraw("3?reason=a&reason=b"), "malformed").await;
    described.asked(WITHDRAW, withdraw("99"), "not-found").await;
    described.asked(WITHDRAW, withdraw("3?reason=By+mistake"), "").await;
    described.asked(EDIT, typed(EDIT, 3, r#"{"title":"New"}"#), "withdrawn").await;
    described.asked(REOPEN, typed(REOPEN, 3, ""), "withdrawn").await;
    described.asked(PIN, typed(PIN, 3, &pin.to_string()), "withdrawn").await;
    expires(app, 1).await;
    described.asked(EDIT, typed(EDIT, 1, r#"{"title":"New"}"#), "expired").await;
    described.saw(READ, boss.gets("/api/v1/posts/1").await, "");
}

/// Alert 7 asks who is safe: ben answers himself, and ann is answered for.
async fn helping(described: &mut Description, app: &TestApp, boss: &Program) {
    let asks = |operation: &'static str, person: i64| {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", "7").replace("{person}", &person.to_string());
        boss.request(method.parse().unwrap(), &path)
    };
    let (ann, ben) = (id_of(app, "ann").await, id_of(app, "ben").await);
    let answer = json!({ "answer": "Help", "note": "In the lift", "telephone": "+43 1 234" });
    described.sent("NewAnswer", &answer);
    for _ in 0..2 {
        described.asked(ANSWER, asks(ANSWER, ann).json(&answer), "").await;
    }
    app.signs_in("ben").await.acts("/posts/7/answer", &[("answer", "1"), ("telephone", "1")]).await;
    described.asked(ANSWER, asks(ANSWER, ben).json(&answer), "own-answer").await;
    described.asked(ANSWER, asks(ANSWER, 99).json(&answer), "not-found").await;
    described.asked(ANSWER, asks(ANSWER, ann).json(&json!({ "answer": "Perhaps" })), "invalid").await;
    let typed =
        |body: &str| asks(ANSWER, ann).header("Content-Type", "application/json").body(body.to_owned());
    described.asked(ANSWER, typed("{"), "malformed").await;
    described.asked(ANSWER, typed(&" ".repeat(513 * 1024)), "too-large").await;
    described.asked(ANSWER, asks(ANSWER, ann).body("{}"), "not-json").await;
    described.saw(CALLS, boss.gets("/api/v1/posts/7/calls").await, "");
    described.saw(CALLS, boss.gets("/api/v1/posts/99/calls").await, "not-found");
    described.asked(TAKE, asks(TAKE, ann), "").await;
    described.saw(CALLS, boss.gets("/api/v1/posts/7/calls").await, "");
    described.asked(TAKE, asks(TAKE, 99), "not-found").await;
    described.asked(GIVE_BACK, asks(GIVE_BACK, ann), "").await;
    described.asked(GIVE_BACK, asks(GIVE_BACK, 99), "not-found").await;
    app.signs_in("boss").await.acts("/admin/posts/7/coordinators", &[("coordinators", "ben")]).await;
    app.signs_in("ben").await.acts(&format!("/admin/posts/7/people/{ann}/taking"), &[]).await;
    described.asked(TAKE, asks(TAKE, ann), "taken").await;
    described.asked(GIVE_BACK, asks(GIVE_BACK, ann), "taken").await;
}

/// What was changed before it is heard of comes as it is now.
async fn catching_up(described: &mut Description, app: &TestApp, boss: &Program, before: &str) {
    let ann = app.signs_in("ann").await;
    ann.acts("/posts/5/acknowledgement", &[]).await;
    app.signs_in("boss").await.posts("/admin/organisation", &[("receipts", "names")]).await;
    let by_name = json!({ "kind": "news", "title": "News", "audience": "everyone", "acknowledge": true });
    let by_name = boss.sends(&by_name).await.json()["id"].as_i64().unwrap();
    ann.acts(&format!("/posts/{by_name}/acknowledgement"), &[]).await;
    let watched = format!("/api/v1/stream?watch=roster:5,roster:2,roster:{by_name}&once=1");
    let mut stream = Stream::of(boss.request(Method::GET, &watched).send().await.unwrap());
    for name in ["hello", "roster", "roster", "roster"] {
        described.hears(&mut stream, name).await;
    }
    while stream.next_event().await.is_some() {}
    let from = boss.request(Method::GET, &format!("/api/v1/stream?after={before}&once=1"));
    let mut stream = Stream::of(from.send().await.unwrap());
    for name in ["hello", "post", "post", "post"] {
        described.hears(&mut stream, name).await;
    }
    while stream.next_event().await.is_some() {}
    let mut stream = Stream::of(boss.request(Method::GET, "/api/v1/stream").send().await.unwrap());
    described.hears(&mut stream, "hello").await;
    let news = boss.publishes("Taken back").await;
    described.hears(&mut stream, "post").await;
    boss.request(Method::DELETE, &format!("/api/v1/posts/{news}")).send().await.unwrap();
    described.hears(&mut stream, "change").await;
    let pinned = json!({ "kind": "news", "title": "Twice", "audience": "everyone", "pinned": "2999-12-24T08:00",
                "dedup_key": "c" });
    for name in ["post", "change"] {
        boss.sends(&pinned).await;
        described.hears(&mut stream, name).await;
    }
    let news = boss.publishes("For an hour").await;
    described.hears(&mut stream, "post").await;
    expires(app, news).await;
    described.hears(&mut stream, "change").await;
}

async fn listening(described: &mut Description, app: &TestApp, boss: &Program, ann: &Program) {
    let from = ann.request(Method::GET, "/api/v1/stream?after=of-another-time");
    let mut stream = Stream::of(from.send().await.unwrap());
    for name in ["hello", "reset"] {
        described.hears(&mut stream, name).await;
    }
    boss.sends(&json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone" }))
        .await;
    described.hears(&mut stream, "post").await;
    described.hears(&mut stream, "ping").await;
    let change = boss.request(Method::PATCH, "/api/v1/posts/2").json(&json!({ "title": "Edited again" }));
    change.send().await.unwrap();
    described.hears(&mut stream, "change").await;
    let again = boss.request(Method::PATCH, "/api/v1/posts/2").json(&json!({ "again": true }));
    again.send().await.unwrap();
    described.hears(&mut stream, "post").await;
    described.headers(LISTEN, 200, &stream.headers);
    described.saw(LISTEN, ann.gets("/api/v1/stream").await, "too-many-streams");
    described.saw(LISTEN, ann.gets("/api/v1/stream?after=a&after=b").await, "malformed");
    app.runs(&["user", "disable", "ann"], "").await;
    described.hears(&mut stream, "bye").await;
    app.runs(&["user", "enable", "ann"], "").await;
}

/// Without a token, with one for the other scope, a group or other addresses, and by another method or address.
async fn refusals(described: &mut Description, app: &TestApp, boss: &Program) {
    let held = Program::held(app, "boss", "publish", &["--group", "Night shift"]).await;
    described.saw(PUBLISH, held.sends(&news("x")).await, "groups");
    let held = Program::held(app, "boss", "stream", &["--from", "192.0.2.0/24"]).await;
    described.saw(LIST, held.gets("/api/v1/posts").await, "address");

    let nobody = Program::with(app, "tid_nothing");
    let publishes = Program::of(app, "boss", "publish").await;
    let reads = Program::of(app, "boss", "stream").await;
    for operation in [EDIT, WITHDRAW, RESOLVE, REOPEN, PIN, UNPIN] {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", "1");
        let ask = |program: &Program| program.request(method.parse().unwrap(), &path).json(&json!({}));
        described.asked(operation, ask(&nobody), "unauthenticated").await;
        described.asked(operation, ask(&reads), "scope").await;
    }
    for (operation, path) in [(LIST, "/api/v1/posts"), (READ, "/api/v1/posts/1"), (LISTEN, "/api/v1/stream")]
    {
        described.saw(operation, nobody.gets(path).await, "unauthenticated");
        described.saw(operation, publishes.gets(path).await, "scope");
    }
    for operation in [CALLS, ANSWER, TAKE, GIVE_BACK] {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", "7").replace("{person}", "2");
        let ask = |program: &Program| program.request(method.parse().unwrap(), &path).json(&json!({}));
        described.asked(operation, ask(&nobody), "unauthenticated").await;
        described.asked(operation, ask(&reads), "scope").await;
    }
    described.saw(ROSTER, nobody.gets("/api/v1/posts/5/roster").await, "unauthenticated");
    described.saw(ROSTER, reads.gets("/api/v1/posts/5/roster").await, "scope");
    described.saw(PUBLISH, nobody.sends(&news("x")).await, "unauthenticated");
    described.saw(PUBLISH, reads.sends(&news("x")).await, "scope");

    for (path, allowed) in [
        ("/api/v1/posts", "GET, HEAD, POST"),
        ("/api/v1/posts/1", "GET, HEAD, PATCH, DELETE"),
        ("/api/v1/posts/1/resolution", "PUT, DELETE"),
        ("/api/v1/stream", "GET, HEAD"),
        ("/api/v1/openapi.json", "GET, HEAD"),
    ] {
        let method = match path {
            "/api/v1/posts/1/resolution" => Method::GET,
            "/api/v1/posts/1" => Method::PUT,
            _ => Method::DELETE,
        };
        let answer = Page::read(boss.request(method, path).send().await.unwrap()).await;
        assert_eq!((answer.status, answer.header("allow")), (405, allowed));
        described.problem(&answer.json(), "method");
    }
    let nowhere = boss.gets("/api/v1/nothing").await;
    assert_eq!(nowhere.status, 404);
    described.problem(&nowhere.json(), "not-found");
    let elsewhere = boss.request(Method::GET, "/api/v1/posts").header("Host", "elsewhere.example").send();
    let elsewhere = Page::read(elsewhere.await.unwrap()).await;
    assert_eq!(elsewhere.status, 421);
    described.problem(&elsewhere.json(), "other-host");
}

async fn while_the_database_is_away(described: &mut Description, app: &mut TestApp, boss: &Program) {
    // Known tokens may listen without the tables.
    let new = Program::of(app, "boss", "stream").await;
    app.sql("ALTER TABLE tokens RENAME TO hidden").await;
    described.saw(LIST, boss.gets("/api/v1/posts").await, "unavailable");
    described.saw(READ, boss.gets("/api/v1/posts/1").await, "unavailable");
    described.saw(ROSTER, boss.gets("/api/v1/posts/5/roster").await, "unavailable");
    described.saw(LISTEN, new.gets("/api/v1/stream").await, "unavailable");
    described.saw(PUBLISH, boss.sends(&news("x")).await, "unavailable");
    for operation in [EDIT, WITHDRAW, RESOLVE, REOPEN, PIN, UNPIN, CALLS, ANSWER, TAKE, GIVE_BACK] {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", "2").replace("{person}", "2");
        let body = if operation == ANSWER { json!({ "answer": "Safe" }) } else { json!({}) };
        let request = boss.request(method.parse().unwrap(), &path).json(&body);
        described.asked(operation, request, "unavailable").await;
    }
    cards::while_the_database_is_away(described, boss).await;
    app.sql("ALTER TABLE hidden RENAME TO tokens").await;

    let mut stream = boss.opens_stream().await;
    app.tells_to_stop();
    described.hears(&mut stream, "bye").await;
    assert_eq!(app.has_stopped().await, Some(0));
}

/// Announces a body and sends half of it; the answer.
async fn sends_half(port: u16, program: Program, operation: &str) -> String {
    let mut socket = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = format!(
        "{} HTTP/1.1\r\nHost: localhost:{port}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{",
        operation.replace("{id}", "1").replace("{person}", "1"),
        program.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    Raw { socket }.is_closed_within(Duration::from_secs(60)).await.0
}
