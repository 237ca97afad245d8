//! What the description says of the stream.

use reqwest::Method;
use serde_json::json;

use super::{Description, LISTEN};
use crate::{
    posts::expiry::expires,
    support::{Program, Stream, TestApp},
};

/// What was changed before it is heard of comes as it is now.
pub async fn catching_up(described: &mut Description, app: &TestApp, boss: &Program, before: &str) {
    let ann = app.signs_in("ann").await;
    ann.acts("/posts/5/acknowledgement", &[]).await;
    app.signs_in("boss").await.posts("/admin/organisation", &[("receipts", "names")]).await;
    let by_name = json!({ "kind": "news", "title": "News", "audience": "everyone", "acknowledge": true });
    let by_name = boss.sends(&by_name).await.json()["id"].as_i64().unwrap();
    ann.acts(&format!("/posts/{by_name}/acknowledgement"), &[]).await;
    let watched = format!("/api/v1/stream?watch=roster:5,roster:2,roster:{by_name},roster:999&once=1");
    let mut stream = Stream::of(boss.request(Method::GET, &watched).send().await.unwrap());
    for name in ["hello", "roster", "roster", "roster", "roster"] {
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

pub async fn listening(described: &mut Description, app: &TestApp, boss: &Program, ann: &Program) {
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
