//! Publishing and reading.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Program, Role, TestApp, news};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_program_publishes_is_on_every_page_and_stream() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let (mut page, mut stream) = (ann.opens_stream().await, program.opens_stream().await);

    let answer = program
        .sends(&json!({ "kind": "alert", "severity": "critical", "title": "Leave", "body": "**now**", "audience": "everyone" }))
        .await;

    assert_eq!(answer.status, 201, "{answer:?}");
    let made = answer.json();
    let id = made["id"].as_i64().unwrap();
    assert_eq!(made["url"], format!("/posts/{id}"));
    assert_eq!(answer.location(), format!("/api/v1/posts/{id}"));
    let (on_page, on_stream) = (page.next("post").await, stream.next("post").await);
    assert_eq!(
        (on_page.id.as_deref(), on_stream.id.as_deref()),
        (made["event"].as_str(), made["event"].as_str())
    );
    assert!(on_page.data["html"].as_str().unwrap().contains("<strong>now</strong>"));
    assert_eq!((&on_stream.data["body"], on_stream.data.get("html")), (&json!("**now**"), None));
    assert_eq!(ann.reads_feed().await.posts, [id]);
    assert_eq!(program.gets(answer.location()).await.json()["body"], "**now**");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_an_object_with_words_in_it_and_nothing_else() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish").await;
    let good = json!({ "kind": "alert", "severity": "info", "title": "x", "audience": "everyone" });
    let with = |field: &str, value: serde_json::Value| {
        let mut post = good.clone();
        post[field] = value;
        post
    };

    for wrong in [
        json!(["news", null, "x", "", "everyone"]),
        json!([good]),
        json!([]),
        json!("news"),
        json!(null),
        json!(42),
        with("kind", json!({ "alert": null })),
        with("kind", json!(["alert"])),
        with("severity", json!({ "info": null })),
        with("audience", json!(["people", ["boss"]])),
        with("audience", json!({ "people": ["boss"], "others": [] })),
        with("title", json!(["x"])),
    ] {
        let refused = program.sends(&wrong).await;
        assert_eq!(refused.status, 400, "{wrong}: {refused:?}");
        let problem = refused.json();
        assert_eq!(problem["type"], "/api#malformed", "{wrong}");
        assert!(
            wrong.is_object() || problem["detail"].as_str().unwrap().contains("a JSON object"),
            "{problem}"
        );
    }
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    assert_eq!(program.sends(&good).await.status, 201);
    assert_eq!(program.sends(&with("severity", json!(null))).await.status, 422, "an alert has one");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_type_and_field() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = |text: String, kind: &'static str| {
        program.request(reqwest::Method::POST, "/api/v1/posts").header("Content-Type", kind).body(text)
    };

    let invalid =
        program.sends(&json!({ "kind": "alert", "title": "a\nb", "audience": { "people": [] } })).await;
    let unknown =
        program.sends(&json!({ "kind": "news", "title": "x", "audience": { "people": ["zoe"] } })).await;
    assert_eq!((invalid.status, unknown.status), (422, 422));
    let errors = &invalid.json()["errors"];
    assert!(["severity", "title", "audience"].iter().all(|field| errors[field].is_string()), "{errors}");
    assert!(unknown.json()["errors"]["audience"].as_str().unwrap().contains("zoe"));

    let huge =
        json!({ "kind": "news", "title": "x", "body": "x".repeat(600 * 1024), "audience": "everyone" });
    for (request, status, kind) in [
        (post("{".into(), "application/json"), 400, "malformed"),
        (
            post(
                json!({ "kind": "news", "title": "x", "audience": "everyone", "author": 1 }).to_string(),
                "application/json",
            ),
            400,
            "malformed",
        ),
        (post(news("x").to_string(), "text/plain"), 415, "not-json"),
        (post(huge.to_string(), "application/json"), 413, "too-large"),
        (program.request(reqwest::Method::GET, "/api/v1/posts?limit=101"), 400, "malformed"),
        (program.request(reqwest::Method::GET, "/api/v1/posts/x"), 404, "not-found"),
        (program.request(reqwest::Method::GET, "/api/v1/posts/%FF"), 404, "not-found"),
        (program.request(reqwest::Method::GET, "/api/v1/%FF"), 404, "not-found"),
        (program.request(reqwest::Method::DELETE, "/api/v1/posts"), 405, "method"),
    ] {
        let page = crate::support::Page::read(request.send().await.unwrap()).await;
        assert_eq!(
            (page.status, page.json()["type"].as_str()),
            (status, Some(format!("/api#{kind}").as_str()))
        );
    }
    assert_eq!(program.gets("/api/v1/posts").await.json()["posts"], json!([]), "nothing of it was published");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_posts_once_even_when_it_comes_ten_times_at_once_or_after_a_crash() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let another = Program::of(&app, "boss", "publish").await;

    let post = news("Once");
    let answers = join_all((0..10).map(|_| program.sends_once(&post, "k"))).await;
    app.kill().await;
    app.restart().await;
    let later = program.sends_once(&post, "k").await;

    assert_eq!(later.status, 201);
    for answer in &answers {
        match answer.status {
            201 => assert_eq!(answer.json(), later.json()),
            409 => assert_eq!(answer.json()["type"], "/api#key-in-progress"),
            other => panic!("{other}: {answer:?}"),
        }
    }
    let reused = program.sends_once(&news("Another"), "k").await;
    assert_eq!((reused.status, reused.json()["type"].as_str()), (422, Some("/api#key-reused")));
    assert_eq!(another.sends_once(&post, "k").await.status, 201, "keys of different tokens do not meet");
    let posts = program.gets("/api/v1/posts").await.json();
    assert_eq!(posts["posts"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_posts_hold_every_visible_post_once_newest_first() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    app.signs_up("ben", Role::Member).await;
    let boss = Program::of(&app, "boss", "publish").await;
    let ann = Program::of(&app, "ann", "stream").await;
    let mut visible = vec![];
    for turn in 0..12 {
        let to = ["ann", "ben"][turn % 2];
        let kind = if turn % 3 == 0 { "alert" } else { "news" };
        let post = json!({ "kind": kind, "severity": "info", "title": to, "audience": { "people": [to] } });
        let id = boss.sends(&post).await.json()["id"].as_i64().unwrap();
        if to == "ann" {
            visible.insert(0, (id, kind));
        } else {
            assert_eq!(ann.gets(&format!("/api/v1/posts/{id}")).await.status, 404);
        }
    }

    for filter in ["", "&kind=alert", "&kind=alert&severity=info", "&severity=critical"] {
        let mut next = Some(format!("/api/v1/posts?limit=2{filter}"));
        let mut seen = vec![];
        while let Some(address) = next {
            let page = ann.gets(&address).await.json();
            seen.extend(page["posts"].as_array().unwrap().iter().map(|post| post["id"].as_i64().unwrap()));
            next = page["next"].as_str().map(str::to_owned);
        }
        let wanted = visible.iter().filter(|(_, kind)| match filter {
            "" => true,
            "&severity=critical" => false,
            _ => *kind == "alert",
        });
        assert_eq!(seen, wanted.map(|(id, _)| *id).collect::<Vec<_>>(), "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_publishers_at_once_are_committed_together_and_delivered_in_order() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let mut stream = program.opens_stream().await;

    let publishers = (0..32).map(|who| {
        let program = program.clone();
        async move {
            let mut posts = vec![];
            for turn in 0..6 {
                posts.push(program.publishes(&format!("{who} {turn}")).await);
            }
            posts
        }
    });
    let mut published: Vec<_> = join_all(publishers).await.concat();

    published.sort_unstable();
    published.dedup();
    assert_eq!(published.len(), 32 * 6);
    let mut events = vec![];
    for _ in &published {
        events.push(stream.next("post").await);
    }
    let number = |event: &crate::support::Event| -> i64 {
        event.id.as_deref().unwrap().split('-').nth(1).unwrap().parse().unwrap()
    };
    let first = number(&events[0]);
    assert!(events.iter().zip(first..).all(|(event, id)| number(event) == id), "ids are dense and in order");
    let mut delivered: Vec<_> = events.iter().map(crate::support::Event::post).collect();
    delivered.sort_unstable();
    assert_eq!(delivered, published);
}
