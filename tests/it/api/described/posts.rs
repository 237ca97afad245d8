//! What the description says of publishing and reading.

use std::pin::pin;

use futures_util::future::select;
use reqwest::Method;
use serde_json::json;

use super::{DESCRIBE, Description, LIST, PUBLISH, READ};
use crate::support::{Program, TestApp, news};

pub async fn publishing(described: &mut Description, app: &TestApp, boss: &Program, ann: &Program) {
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

pub async fn reading(described: &mut Description, boss: &Program, ann: &Program) {
    described.saw(LIST, ann.gets("/api/v1/posts?limit=1&before=9&kind=alert&severity=info").await, "");
    described.saw(LIST, ann.gets("/api/v1/posts?limit=1").await, "");
    described.saw(LIST, ann.gets("/api/v1/posts?severity=").await, "malformed");
    described.saw(READ, ann.gets("/api/v1/posts/1").await, "");
    described.saw(READ, ann.gets("/api/v1/posts/999").await, "not-found");
    described.saw(DESCRIBE, boss.gets("/api/v1/openapi.json").await, "");
}
