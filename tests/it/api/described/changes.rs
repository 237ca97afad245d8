//! What the description says of changing what was published, and of its roster.

use reqwest::Method;
use serde_json::json;

use super::{Description, EDIT, PIN, READ, REOPEN, RESOLVE, ROSTER, UNPIN, WITHDRAW};
use crate::{
    posts::expiry::expires,
    support::{Page, Program, TestApp},
};

/// Alert 2 and news 1 are by this program.
pub async fn changing(described: &mut Description, app: &TestApp, boss: &Program) {
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
