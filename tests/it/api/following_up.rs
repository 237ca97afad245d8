//! What a program does for what it published, beside changing it: it reminds, stops what goes out by itself, and strikes what the
//! post said before. Of what others published it does nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Page, Program, TestApp, makes_group};

const POSTS: &str = "/api/v1/posts";

async fn asks(program: &Program, method: Method, path: &str, body: Option<Value>) -> Page {
    let request = program.request(method, path);
    let request = match &body {
        Some(body) => request.json(body),
        None => request,
    };
    Page::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn a_program_reads_the_record_of_what_it_published_and_that_it_did_is_known() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, _ben) = (app.member("ann").await, app.member("ben").await);
    let (program, other) =
        (Program::of(&app, "boss", "publish").await, Program::of(&app, "boss", "publish").await);
    let alert = json!({ "kind": "alert", "severity": "critical", "title": "Leave", "audience": { "people": ["ann", "ben"] },
                        "acknowledge": true });
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    ann.has_seen(post, "one").await;
    let path = format!("{POSTS}/{post}");
    asks(&program, Method::PATCH, &path, Some(json!({ "title": "Leave at once" }))).await;

    let record = asks(&program, Method::GET, &format!("{path}/record"), None).await.json();
    let mut page = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();

    assert_eq!(record["post"]["title"], "Leave at once");
    assert_eq!(
        (&record["acts"][0]["who"], &record["revisions"][1]["title"]),
        (&json!("ann"), &json!("Leave"))
    );
    page["made_at"] = record["made_at"].clone();
    assert_eq!(record, page, "it is what its author may save");
    let audit = boss.gets("/admin/audit.csv?act=roster-export").await.text;
    assert_eq!(audit.matches(&format!("post {post}")).count(), 2, "{audit}");
    for (program, path) in [(&other, path), (&program, format!("{POSTS}/99"))] {
        assert_eq!(asks(program, Method::GET, &format!("{path}/record"), None).await.status, 404);
    }
}

#[tokio::test]
async fn a_program_reminds_who_is_asked_by_its_post_once_for_each_key() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let (program, other) =
        (Program::of(&app, "boss", "publish").await, Program::of(&app, "boss", "publish").await);
    let alert = json!({ "kind": "alert", "severity": "critical", "title": "Leave", "audience": { "people": ["ann", "ben"] },
                        "acknowledge": true });
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    ben.has_seen(post, "one").await;
    let mut stream = ann.opens_stream().await;
    let reminder = format!("{POSTS}/{post}/reminder");
    let reminds = async |key: &str| {
        let request = program.request(Method::POST, &reminder).header("Idempotency-Key", key);
        Page::read(request.send().await.unwrap()).await.json()["reminded"].clone()
    };

    assert_eq!(reminds("first").await, 1);
    assert_eq!(reminds("first").await, 0, "nobody once more");
    stream.says_unread(1).await;
    let count = "SELECT COUNT(*) FROM post_acts WHERE act = 'reminded'";
    let reminded: i64 = app.asks_database(count).await.try_get_by_index(0).unwrap();
    assert_eq!(reminded, 1);
    assert_eq!(
        asks(&program, Method::POST, &reminder, None).await.json()["reminded"],
        1,
        "without a key, once more"
    );
    assert_eq!(asks(&other, Method::POST, &reminder, None).await.status, 404);
    assert!(boss.gets("/admin/audit.csv?act=post-remind").await.text.contains(&format!("post {post}")));

    ann.has_seen(post, "two").await;
    assert_eq!(reminds("second").await, 0, "nobody is asked any more");
    let news = program.publishes("News").await;
    assert_eq!(
        asks(&program, Method::POST, &format!("{POSTS}/{news}/reminder"), None).await.json()["reminded"],
        0
    );
}

#[tokio::test]
async fn a_program_stops_what_goes_out_by_itself_and_again_is_no_change() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("ann").await;
    makes_group(&boss, "Security", &["ann"]).await;
    let (program, other) =
        (Program::of(&app, "boss", "publish").await, Program::of(&app, "boss", "publish").await);
    let alert = json!({ "kind": "alert", "severity": "warning", "title": "Leave", "audience": { "people": ["ann"] },
                        "acknowledge": true, "remind_every": 5, "remind_times": 3,
                        "escalate_to": ["Security"], "escalate_after": [30] });
    let sent = program.sends(&alert).await;
    assert_eq!(sent.status, 201, "{sent:?}");
    let post = sent.json()["id"].as_i64().unwrap();

    for what in ["reminders", "escalation"] {
        let path = format!("{POSTS}/{post}/{what}");
        assert_eq!(asks(&other, Method::DELETE, &path, None).await.status, 404);
        for _ in 0..2 {
            assert_eq!(asks(&program, Method::DELETE, &path, None).await.status, StatusCode::NO_CONTENT);
        }
    }

    let roster = program.gets(&format!("{POSTS}/{post}/roster")).await.json();
    assert_eq!(
        (&roster["reminders"]["next_at"], &roster["escalation"][0]["outcome"]),
        (&json!(null), &json!("stopped"))
    );
    for act in ["post-reminders-stop", "post-escalation-stop"] {
        let noted = boss.gets(&format!("/admin/audit.csv?act={act}")).await.text;
        assert_eq!(noted.matches(&format!("post {post}")).count(), 1, "{act}: {noted}");
    }
}

#[tokio::test]
async fn a_program_reads_and_strikes_what_its_post_said_before() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let (program, other) =
        (Program::of(&app, "boss", "publish").await, Program::of(&app, "boss", "publish").await);
    let post = program.publishes("The code is 4711").await;
    let path = format!("{POSTS}/{post}/revisions");
    assert_eq!(program.gets(&path).await.json(), json!({ "revisions": [] }));
    let edited = asks(
        &program,
        Method::PATCH,
        &format!("{POSTS}/{post}"),
        Some(json!({ "title": "Ask at the desk" })),
    )
    .await;
    assert_eq!(edited.status, 200);
    let told = program.gets(&path).await.json();
    assert_eq!(
        (&told["revisions"][0]["title"], &told["revisions"][1]["title"]),
        (&json!("Ask at the desk"), &json!("The code is 4711"))
    );
    assert!(ann.gets(&format!("/posts/{post}/revisions")).await.text.contains("4711"));

    let strike = |version: i64| format!("{path}/{version}/striking");
    let reason = Some(json!({ "reason": "A secret" }));
    assert_eq!(asks(&other, Method::PUT, &strike(1), reason.clone()).await.status, 404);
    assert_eq!(
        asks(&program, Method::PUT, &strike(2), reason.clone()).await.status,
        404,
        "what it says now is edited"
    );
    assert_eq!(asks(&program, Method::PUT, &strike(1), Some(json!({ "reason": " " }))).await.status, 422);
    let struck = asks(&program, Method::PUT, &strike(1), reason.clone()).await.json();
    assert_eq!(
        (
            &struck["revisions"][1]["title"],
            &struck["revisions"][1]["struck"]["reason"],
            &struck["revisions"][1]["struck"]["by"]
        ),
        (&json!(""), &json!("A secret"), &json!("boss"))
    );
    assert_eq!(asks(&program, Method::PUT, &strike(1), reason).await.status, 404, "once");
    assert!(!ann.gets(&format!("/posts/{post}/revisions")).await.text.contains("4711"));
    assert!(boss.gets("/admin/audit.csv?act=revision-strike").await.text.contains(&format!("post {post}")));
}
