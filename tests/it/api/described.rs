//! That the description is true: whatever it lists was seen, and what was seen is as it lists it.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;

use super::description::Description;
use crate::support::{Page, Program, Raw, TestApp, makes_group, news};

mod cards;
mod changes;
mod following_up;
mod people;
mod posts;
mod stream;

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
const REMIND: &str = "POST /api/v1/posts/{id}/reminder";
const STOP_REMINDERS: &str = "DELETE /api/v1/posts/{id}/reminders";
const STOP_ESCALATION: &str = "DELETE /api/v1/posts/{id}/escalation";
const REVISIONS: &str = "GET /api/v1/posts/{id}/revisions";
const STRIKE: &str = "PUT /api/v1/posts/{id}/revisions/{version}/striking";
const LISTEN: &str = "GET /api/v1/stream";
const RECORD: &str = "GET /api/v1/posts/{id}/record";
const FOLLOWING_UP: [&str; 6] = [REMIND, STOP_REMINDERS, STOP_ESCALATION, REVISIONS, STRIKE, RECORD];
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
    let halves = [PUBLISH, EDIT, RESOLVE, PIN, ANSWER, STRIKE].map(|operation| {
        let (port, program) = (app.port, boss.clone());
        tokio::spawn(async move { (operation, sends_half(port, program, operation).await) })
    });

    let halves_of_cards = tokio::spawn(cards::half_bodies(app.port, boss.clone()));

    let before = boss.opens_stream().await.cursor;
    posts::publishing(&mut described, &app, &boss, &ann).await;
    posts::reading(&mut described, &boss, &ann).await;
    people::helping(&mut described, &app, &boss).await;
    changes::changing(&mut described, &app, &boss).await;
    following_up::following_up(&mut described, &boss).await;
    stream::catching_up(&mut described, &app, &boss, &before).await;
    stream::listening(&mut described, &app, &boss, &ann).await;
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
    let of_rosters = [CALLS, ANSWER, TAKE, GIVE_BACK];
    for operation in of_rosters.into_iter().chain(FOLLOWING_UP) {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", "7").replace("{person}", "2").replace("{version}", "1");
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
    let others = [EDIT, WITHDRAW, RESOLVE, REOPEN, PIN, UNPIN, CALLS, ANSWER, TAKE, GIVE_BACK];
    for operation in others.into_iter().chain(FOLLOWING_UP) {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", "2").replace("{person}", "2").replace("{version}", "1");
        let body = match operation {
            ANSWER => json!({ "answer": "Safe" }),
            STRIKE => json!({ "reason": "By mistake" }),
            _ => json!({}),
        };
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
        operation.replace("{id}", "1").replace("{person}", "1").replace("{version}", "1"),
        program.token
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    Raw { socket }.is_closed_within(Duration::from_secs(60)).await.0
}
