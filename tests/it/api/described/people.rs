//! What the description says of answering for people, and of their calls for help.

use serde_json::json;

use super::{ANSWER, CALLS, Description, GIVE_BACK, TAKE};
use crate::{
    posts::calls::id_of,
    support::{Program, TestApp},
};

/// Alert 7 asks who is safe: ben answers himself, and ann is answered for.
pub async fn helping(described: &mut Description, app: &TestApp, boss: &Program) {
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
