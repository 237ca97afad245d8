//! What the description says of following up what was published: reminders, escalation, and what it said before.

use serde_json::json;

use super::{Description, RECORD, REMIND, REVISIONS, STOP_ESCALATION, STOP_REMINDERS, STRIKE};
use crate::support::Program;

/// Alert 7 asks who is safe, and alert 2 was edited.
pub async fn following_up(described: &mut Description, boss: &Program) {
    let asks = |operation: &'static str, post: i64| {
        let (method, path) = operation.split_once(' ').unwrap();
        let path = path.replace("{id}", &post.to_string()).replace("{version}", "1");
        boss.request(method.parse().unwrap(), &path)
    };
    described.asked(REMIND, asks(REMIND, 7), "").await;
    described.asked(REMIND, asks(REMIND, 7).header("Idempotency-Key", "ü"), "malformed").await;
    for operation in [REMIND, STOP_REMINDERS, STOP_ESCALATION, REVISIONS, RECORD] {
        described.asked(operation, asks(operation, 99), "not-found").await;
    }
    described.asked(STOP_REMINDERS, asks(STOP_REMINDERS, 7), "").await;
    described.asked(STOP_ESCALATION, asks(STOP_ESCALATION, 7), "").await;

    for post in [7, 2] {
        described.asked(RECORD, asks(RECORD, post), "").await;
    }

    let reason = json!({ "reason": "By mistake" });
    described.sent("NewStriking", &reason);
    described.asked(REVISIONS, asks(REVISIONS, 2), "").await;
    described.asked(STRIKE, asks(STRIKE, 99).json(&reason), "not-found").await;
    described.asked(STRIKE, asks(STRIKE, 2).json(&json!({ "reason": "" })), "invalid").await;
    let typed = |body: &str| asks(STRIKE, 2).header("Content-Type", "application/json").body(body.to_owned());
    described.asked(STRIKE, typed("{"), "malformed").await;
    described.asked(STRIKE, typed(&" ".repeat(513 * 1024)), "too-large").await;
    described.asked(STRIKE, asks(STRIKE, 2).body("{}"), "not-json").await;
    described.asked(STRIKE, asks(STRIKE, 2).json(&reason), "").await;
    described.asked(STRIKE, asks(STRIKE, 2).json(&reason), "not-found").await;
}
