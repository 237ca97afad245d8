//! What becomes of a post after it was published: edited, over, not over after all.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Draft, Page, Person, Program, TestApp, news};

/// An alert for everyone, by a program.
pub fn alert(severity: &str, title: &str) -> Value {
    json!({ "kind": "alert", "severity": severity, "title": title, "audience": "everyone" })
}

/// What a program asks of its post.
pub async fn asks(program: &Program, method: Method, path: &str, body: Value) -> Page {
    Page::read(program.request(method, path).json(&body).send().await.unwrap()).await
}

/// A program publishes this, and its number.
pub async fn publishes(program: &Program, post: &Value) -> i64 {
    let made = program.sends(post).await;
    assert_eq!(made.status, 201, "{made:?}");
    made.json()["id"].as_i64().unwrap()
}

/// The alert is over, says the program.
pub async fn resolves(program: &Program, post: i64, note: &str) -> Page {
    asks(program, Method::PUT, &format!("/api/v1/posts/{post}/resolution"), json!({ "note": note })).await
}

/// It is not over, says the program.
pub async fn reopens(program: &Program, post: i64) -> Page {
    asks(program, Method::DELETE, &format!("/api/v1/posts/{post}/resolution"), json!({})).await
}

/// The program changes parts of its post.
pub async fn edits(program: &Program, post: i64, parts: Value) -> Page {
    asks(program, Method::PATCH, &format!("/api/v1/posts/{post}"), parts).await
}

async fn events(app: &TestApp) -> i64 {
    app.asks_database("SELECT last_id FROM counter").await.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_program_edits_what_it_published_and_every_page_shows_it_as_it_is_now() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &alert("warning", "Pump 3 is hot")).await;
    let (mut page, mut stream) = (ann.opens_stream().await, program.opens_stream().await);

    let edited = edits(
        &program,
        post,
        json!({ "title": "Pump 3 is hot (×3)", "body": "**81 °C**", "severity": "critical" }),
    )
    .await;

    assert_eq!(edited.status, 200, "{edited:?}");
    let edited = edited.json();
    assert_eq!((&edited["version"], &edited["title"]), (&json!(2), &json!("Pump 3 is hot (×3)")));
    assert!(edited["edited_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{edited}");
    assert_eq!(edited["resolution"], Value::Null);
    assert!(ann.gets("/alerts").await.text.contains("Pump 3"), "it is critical now");
    let (page, heard) = (page.next("change").await, stream.next("change").await);
    let feed = ann.reads_feed().await;
    assert_eq!(page.id.as_ref(), Some(&feed.cursor));
    for event in [&page, &heard] {
        assert_eq!(
            (event.post(), &event.data["change"], &event.data["version"]),
            (post, &json!("edited"), &json!(2))
        );
        assert_eq!((&event.data["severity"], &event.data["number"]), (&json!("critical"), &edited["number"]));
    }
    assert_eq!(heard.data["body"], "**81 °C**");
    assert!(
        page.data["html"].as_str().unwrap().contains(&feed.common_row(post)),
        "the same partial: {}",
        page.data
    );
    for text in [feed.row(post), &ann.gets(&format!("/posts/{post}")).await.text] {
        assert!(text.contains("Pump 3 is hot (×3)") && text.contains("<strong>81 °C</strong>"), "{text}");
        assert!(text.contains("Critical alert") && text.contains(", edited <time"), "{text}");
    }
    let of_its_severity = program.gets("/api/v1/posts?kind=alert&severity=critical").await.json();
    assert_eq!(of_its_severity["posts"][0]["id"], post);
    assert_eq!(program.gets("/api/v1/posts?severity=warning").await.json()["posts"], json!([]));
    assert!(boss.gets("/admin/audit?act=post-edit").await.text.contains("title, text, severity"));
}

#[tokio::test]
async fn what_says_nothing_new_is_no_event() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &alert("info", "The lift")).await;
    let before = events(&app).await;

    for same in [json!({}), json!({ "title": " The lift ", "body": "", "severity": "info", "version": 1 })] {
        let answer = edits(&program, post, same).await;
        assert_eq!((answer.status, &answer.json()["version"]), (200, &json!(1)));
    }
    assert_eq!(reopens(&program, post).await.status, 200);
    assert_eq!(events(&app).await, before);

    let first = resolves(&program, post, "Repaired").await.json();
    let again = resolves(&program, post, "Repaired, again").await;
    assert_eq!((again.status, again.json()), (200, first), "it is over as it was");
    assert_eq!(events(&app).await, before + 1);
    assert_eq!(reopens(&program, post).await.json()["version"], 3);
    assert_eq!(reopens(&program, post).await.json()["version"], 3);
    assert_eq!(events(&app).await, before + 2);
}

#[tokio::test]
async fn an_alert_that_is_over_says_so_and_alarms_nobody() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &alert("critical", "Leave building C")).await;
    assert!(ann.gets("/alerts").await.text.contains("Leave building C"));
    let (mut page, mut stream) = (ann.opens_stream().await, program.opens_stream().await);

    let answer = resolves(&program, post, "False <alarm>").await;

    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["resolution"]["note"], "False <alarm>");
    for event in [page.next("change").await, stream.next("change").await] {
        assert_eq!(event.data["change"], "resolved");
        assert_eq!(
            (&event.data["kind"], &event.data["severity"]),
            (&json!("alert"), &json!("critical")),
            "as it was"
        );
        assert_eq!(event.data["resolution"]["note"], "False <alarm>");
    }
    let is_calm = |text: &str| {
        text.contains("class=\"post") && text.contains("alert over\"") && !text.contains("alert critical\"")
    };
    for text in [ann.reads_feed().await.row(post), &ann.gets(&format!("/posts/{post}")).await.text] {
        assert!(is_calm(text) && text.contains("Over <span class=\"was\">"), "{text}");
        assert!(text.contains("Over at <time") && text.contains("False &#60;alarm&#62;"), "{text}");
    }
    assert!(!ann.gets("/alerts").await.text.contains("Leave building C"));

    assert_eq!(reopens(&program, post).await.json()["resolution"], Value::Null);

    assert_eq!(page.next("change").await.data["change"], "reopened");
    assert!(ann.gets("/alerts").await.text.contains("Leave building C"), "she has not taken notice of it");
    let text = ann.gets(&format!("/posts/{post}")).await.text;
    assert!(!is_calm(&text) && !text.contains("Over at"), "{text}");
    let audit = boss.gets("/admin/audit").await.text;
    assert!(audit.contains("Alert over") && audit.contains("Alert reopened"));
}

#[tokio::test]
async fn a_program_changes_only_what_it_published_itself() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let other = Program::of(&app, "boss", "publish,stream").await;
    let theirs = publishes(&other, &alert("info", "Theirs")).await;
    let by_hand = boss.publishes(Draft::alert("info", "By hand")).await;

    for post in [theirs, by_hand, 999_999] {
        for answer in [
            edits(&program, post, json!({ "title": "Mine" })).await,
            resolves(&program, post, "").await,
            reopens(&program, post).await,
        ] {
            assert_eq!((answer.status, &answer.json()["type"]), (404, &json!("/api#not-found")), "{post}");
        }
    }
    assert!(!boss.reads_feed().await.row(theirs).contains("Mine"));
}

#[tokio::test]
async fn what_is_wrong_with_a_change_is_said_and_changes_nothing() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let news = publishes(&program, &news("News")).await;
    let post = publishes(&program, &alert("info", "An alert")).await;
    let before = events(&app).await;

    for (answer, status, name, field) in [
        (
            edits(&program, post, json!({ "title": "a\nb", "body": "x".repeat(70_000) })).await,
            422,
            "invalid",
            "body",
        ),
        (edits(&program, post, json!({ "title": "" })).await, 422, "invalid", "title"),
        (edits(&program, post, json!({ "title": null })).await, 400, "malformed", ""),
        (edits(&program, post, json!({ "severity": null })).await, 400, "malformed", ""),
        (edits(&program, post, json!({ "audience": null })).await, 400, "malformed", ""),
        (edits(&program, post, json!({ "title": "New", "version": 2 })).await, 409, "version", ""),
        (edits(&program, news, json!({ "severity": "info" })).await, 409, "not-an-alert", ""),
        (resolves(&program, news, "").await, 409, "not-an-alert", ""),
        (resolves(&program, post, &"x".repeat(501)).await, 422, "invalid", "note"),
        (resolves(&program, post, "two\nlines").await, 422, "invalid", "note"),
    ] {
        let problem = answer.json();
        assert_eq!((answer.status, &problem["type"]), (status, &json!(format!("/api#{name}"))), "{problem}");
        assert!(field.is_empty() || problem["errors"][field].is_string(), "{problem}");
    }
    assert_eq!(events(&app).await, before);
    let edited = edits(&program, post, json!({ "title": "New", "version": 1 })).await;
    assert_eq!((edited.status, &edited.json()["version"]), (200, &json!(2)));
}

#[tokio::test]
async fn two_who_edit_the_same_version_do_not_overwrite_each_other() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &alert("info", "An alert")).await;

    let edit = |title: &'static str| edits(&program, post, json!({ "title": title, "version": 1 }));
    let (one, other) = tokio::join!(edit("One"), edit("Other"));

    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

/// The author's page, with the form that it has.
async fn page_of(person: &Person, post: i64) -> Page {
    person.gets(&format!("/posts/{post}")).await
}

#[tokio::test]
async fn an_author_says_on_the_alerts_page_that_it_is_over_and_that_it_is_not() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.publisher("ann").await;
    let alert = ann.publishes(Draft::alert("critical", "Smoke")).await;
    let news = ann.publishes(Draft::news("Bicycles")).await;
    let offers = |page: &Page, when: &str| page.text.contains(&format!("data-when=\"{when}\">"));
    assert!(offers(&page_of(&ann, alert).await, "open"));
    for (person, post) in [(&ann, news), (&boss, alert)] {
        assert!(!page_of(person, post).await.text.contains("It is over</button>"));
    }
    let (over, not_over) =
        (format!("/admin/posts/{alert}/resolution"), format!("/admin/posts/{alert}/resolution/removal"));
    for path in [&over, &not_over, &format!("/admin/posts/{news}/resolution")] {
        let person = if path.contains(&news.to_string()) { &ann } else { &boss };
        assert_eq!(person.posts(path, &[]).await.status, 404, "{path}");
    }

    let long = "x".repeat(501);
    let refused = ann.posts(&over, &[("note", &long)]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.field("note") == long && refused.text.contains("at most 500 characters"));
    let page = ann.posts_and_sees(&over, &[("note", "It was toast.")]).await;
    assert!(
        page.text.contains("It was toast.") && offers(&page, "over") && !offers(&page, "open"),
        "{}",
        page.text
    );
    let page = ann.posts_and_sees(&not_over, &[]).await;
    assert!(!page.text.contains("It was toast.") && offers(&page, "open") && !offers(&page, "over"));
}
