//! What a program says again with its key: one post that counts, until it is over.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{
    changes::{alert, asks, edits, publishes, reopens, resolves},
    expiry::expires,
    withdrawal::withdraws,
};
use crate::support::{Program, TestApp, eventually, makes_group, plan, statements};

/// An alert for everyone that is about the disk.
fn disk(severity: &str, title: &str) -> Value {
    let mut post = alert(severity, title);
    post["dedup_key"] = json!("disk");
    post
}

/// The program says this of a post that is open; what it is then.
async fn repeats(program: &Program, post: &Value) -> Value {
    let answer = program.sends(post).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// What screens were told of lies more than a second back.
async fn a_second_later(app: &TestApp) {
    app.sql("UPDATE dedup_keys SET told_ms = told_ms - 1000").await;
}

async fn events(app: &TestApp) -> i64 {
    app.asks_database("SELECT COUNT(*) FROM events WHERE kind = 'change'").await.try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn a_post_that_is_said_again_is_one_row_that_counts_and_is_unread_once() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &disk("warning", "The disk is 91 % full")).await;
    ann.marks(post, true).await;
    let (mut page, mut stream) = (ann.opens_stream().await, program.opens_stream().await);
    a_second_later(&app).await;

    let said = repeats(&program, &disk("warning", "The disk is 93 % full")).await;

    assert_eq!(
        (&said["id"], &said["title"], &said["repeats"]["count"]),
        (&json!(post), &json!("The disk is 93 % full"), &json!(2))
    );
    assert_eq!((&said["repeats"]["first_at"], &said["edited_at"]), (&said["published_at"], &Value::Null));
    let (event, heard) = (page.next("change").await, stream.next("change").await);
    assert_eq!((event.post(), &event.data["change"]), (post, &json!("edited")));
    assert_eq!((&heard.data["repeats"], &heard.data["title"]), (&said["repeats"], &said["title"]));
    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [post]);
    assert!(feed.row(post).contains("<strong>2</strong>, first <time") && feed.row(post).contains("93 %"));
    assert!(event.data["html"].as_str().unwrap().contains(&feed.common_row(post)), "{event:?}");
    assert_eq!(ann.session().await["unread"], 0, "as read as it was");
    assert!(ann.gets("/?q=93").await.text.contains(&format!("href=\"/posts/{post}\"")));
    assert!(!ann.gets("/?q=91").await.text.contains(&format!("href=\"/posts/{post}\"")));
    assert!(ann.gets(&format!("/posts/{post}")).await.text.contains("<strong>2</strong>, first <time"));

    // Another token's key, and another key, are of other posts.
    let other = Program::of(&app, "boss", "publish").await;
    assert_eq!(other.sends(&disk("warning", "Another")).await.status, 201);
    let mut pump = disk("warning", "The pump");
    pump["dedup_key"] = json!("pump");
    assert_eq!(program.sends(&pump).await.status, 201);
    for wrong in [json!(""), json!("x".repeat(256)), json!("two\nlines"), json!(7)] {
        pump["dedup_key"] = wrong;
        assert_eq!(program.sends(&pump).await.json()["type"], "/api#malformed");
    }
    assert!(boss.gets("/admin/audit?act=publish").await.text.matches("<a href=\"/posts/").count() >= 3);
}

#[tokio::test]
async fn what_is_said_many_times_in_a_second_is_told_once_and_the_last_count_comes() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    publishes(&program, &disk("warning", "The disk")).await;
    let mut page = ann.opens_stream().await;
    let began = std::time::Instant::now();

    let post = disk("warning", "The disk");
    let said = join_all((0..40).map(|_| program.sends(&post))).await;
    assert!(said.iter().all(|answer| answer.status == 200), "{said:?}");
    let last = async {
        loop {
            let event = page.next("change").await;
            if event.data["html"].as_str().unwrap().contains("<strong>41</strong>") {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), last).await.unwrap();

    let most = i64::try_from(began.elapsed().as_secs()).unwrap() + 1;
    assert!(events(&app).await <= most, "{} in {:?}", events(&app).await, began.elapsed());
}

#[tokio::test]
async fn a_higher_severity_is_told_again_at_most_once_in_five_minutes() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &disk("info", "Calm")).await;
    ann.marks(post, true).await;
    let mut page = ann.opens_stream().await;

    a_second_later(&app).await;
    repeats(&program, &disk("warning", "Worse")).await;
    let told = page.next("post").await;
    assert_eq!((told.post(), &told.data["again"]), (post, &json!(true)));
    assert_eq!(ann.session().await["unread"], 1);
    ann.marks(post, true).await;

    a_second_later(&app).await;
    repeats(&program, &disk("critical", "Worst")).await;
    let shown = page.next("change").await;
    assert_eq!((&shown.data["severity"], shown.data.get("again")), (&json!("critical"), None));
    assert_eq!(ann.session().await["unread"], 0, "it was told a moment ago");
    assert!(ann.gets("/?severity=critical").await.text.contains("Worst"));

    // When the five minutes are over, it is told without being said again.
    app.sql("UPDATE posts SET told_again_ms = told_again_ms - 300000").await;
    app.sql("UPDATE dedup_keys SET due_ms = due_ms - 300000").await;
    assert_eq!(page.next("post").await.data["again"], true);
    assert_eq!(ann.session().await["unread"], 1);

    // Less urgent and urgent again: that is news, but not at once.
    for severity in ["info", "critical"] {
        a_second_later(&app).await;
        repeats(&program, &disk(severity, "To and fro")).await;
        assert_eq!(page.next("change").await.data["severity"], severity);
    }
    let due = "SELECT COUNT(*) FROM dedup_keys WHERE due_ms IS NOT NULL";
    assert_eq!(app.asks_database(due).await.try_get_by_index::<i64>(0).unwrap(), 1);
}

#[tokio::test]
async fn once_it_is_over_withdrawn_or_expired_a_new_one_begins() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let first = publishes(&program, &disk("warning", "One")).await;
    assert_eq!(resolves(&program, first, "").await.status, 200);
    let second = publishes(&program, &disk("warning", "Two")).await;
    // The first is open again, and the key is the second's.
    assert_eq!(reopens(&program, first).await.status, 200);
    assert_eq!(repeats(&program, &disk("warning", "Two")).await["id"], second);
    withdraws(&program, second).await;
    let third = publishes(&program, &disk("warning", "Three")).await;
    expires(&app, third).await;
    let fourth = publishes(&program, &disk("warning", "Four")).await;
    assert!([first, second, third].iter().all(|post| *post != fourth));
    // Nothing is told of what is over.
    repeats(&program, &disk("warning", "Four")).await;
    resolves(&program, fourth, "").await;
    app.sql("UPDATE dedup_keys SET due_ms = 1").await;
    let settled = async || {
        let due = "SELECT COUNT(*) FROM dedup_keys WHERE due_ms IS NOT NULL";
        (app.asks_database(due).await.try_get_by_index(0) == Ok(0_i64)).then_some(())
    };
    eventually("nothing is due", settled).await;
    let read = program.gets(&format!("/api/v1/posts/{fourth}")).await.json();
    assert_eq!((&read["version"], &read["repeats"]["count"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn a_repetition_never_widens_whom_it_is_for_and_comes_once_with_its_key() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    makes_group(&boss, "Crew", &["ann"]).await;
    let held = Program::held(&app, "boss", "publish,stream", &["--group", "Crew"]).await;
    let mut post = disk("warning", "For the crew");
    post["audience"] = json!({ "groups": ["Crew"] });
    let id = publishes(&held, &post).await;

    assert_eq!(held.sends(&disk("warning", "For all")).await.json()["type"], "/api#groups");
    let program = Program::of(&app, "boss", "publish,stream").await;
    let mut own = post.clone();
    own["audience"] = json!({ "people": ["ann"] });
    let second = publishes(&program, &own).await;
    repeats(&program, &disk("warning", "For all")).await;

    assert_eq!(ann.reads_unread().await, [second, id]);
    assert_eq!(bea.reads_feed().await.posts, [] as [i64; 0]);
    let mut unknown = post.clone();
    unknown["audience"] = json!({ "people": ["nobody"] });
    assert_eq!(program.sends(&unknown).await.json()["type"], "/api#invalid");
    for _ in 0..2 {
        let answer = program.sends_once(&disk("warning", "For all"), "once").await;
        assert_eq!((answer.status, &answer.json()["repeats"]["count"]), (200, &json!(3)));
    }
    assert_eq!(program.sends_once(&disk("info", "Else"), "once").await.json()["type"], "/api#key-reused");
    edits(&program, second, json!({ "title": "By hand" })).await;
    assert_eq!(repeats(&program, &disk("warning", "And on")).await["repeats"]["count"], 4);
    asks(&program, reqwest::Method::DELETE, &format!("/api/v1/posts/{second}"), json!({})).await;
}

#[tokio::test]
async fn what_is_said_with_a_key_is_critical_only_as_the_organisation_lets_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.publisher("pat").await;
    let program = Program::of(&app, "pat", "publish").await;
    let rules = async |by: &str, coordinators: &str| {
        let rules = [("critical_by", by), ("coordinators", coordinators), ("receipts", "numbers")];
        assert_eq!(boss.posts("/admin/organisation", &rules).await.status, 303);
    };
    let critical = disk("critical", "The disk is full");

    rules("admins", "optional").await;
    assert_eq!(program.sends(&critical).await.status, 422, "with a key as without one");
    publishes(&program, &disk("warning", "The disk is 91 % full")).await;
    let refused = program.sends(&critical).await;
    assert_eq!(
        (refused.status, refused.json()["errors"]["severity"].is_string()),
        (422, true),
        "{refused:?}"
    );
    rules("publishers", "critical").await;
    let refused = program.sends(&critical).await;
    assert_eq!(
        (refused.status, refused.json()["errors"]["coordinators"].is_string()),
        (422, true),
        "{refused:?}"
    );
    let said = repeats(&program, &disk("warning", "The disk is 92 % full")).await;
    assert_eq!((&said["severity"], &said["repeats"]["count"]), (&json!("warning"), &json!(2)));

    rules("publishers", "optional").await;
    assert_eq!(repeats(&program, &critical).await["severity"], "critical");
    rules("admins", "critical").await;
    let said = repeats(&program, &critical).await;
    assert_eq!(
        (&said["severity"], &said["repeats"]["count"]),
        (&json!("critical"), &json!(4)),
        "it stays so"
    );
}

#[tokio::test]
async fn the_command_line_says_again_with_a_key() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let environment = [("TIDINGS_TOKEN", program.token.as_str()), ("TIDINGS_SERVER", app.url.as_str())];
    let mut addresses = vec![];
    for title in ["Once", "Twice"] {
        let arguments = ["post", title, "--to", "everyone", "--alert", "info", "--dedup-key", "nightly"];
        let answer = app.runs_in(&environment, &arguments, "").await;
        assert_eq!(answer.code, Some(0), "{answer:?}");
        addresses.push(answer.out);
    }
    assert_eq!(addresses[0], addresses[1]);
}

#[tokio::test]
async fn what_is_to_be_told_is_found_by_an_index() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    publishes(&program, &disk("warning", "One")).await;
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)";
    app.sql(&format!(
        "INSERT INTO dedup_keys (token_id, key, post_id, told_ms, used_ms) {rows} SELECT token_id, 'k' || i, post_id, \
         i, used_ms FROM n, dedup_keys"
    ))
    .await;
    let before = app.logs().len();
    app.sql("ANALYZE").await;
    let asks = async || {
        let asked = statements(&app.logs()[before..]);
        asked.into_iter().find(|sql| sql.contains("dedup_keys") && sql.contains("\"due_ms\" IS NOT NULL"))
    };
    let asked = eventually("it was looked for", asks).await;

    let plan = plan(&app, &asked).await;

    assert!(plan.contains("dedup_keys_due") && !plan.contains("TEMP B-TREE"), "{asked}\n{plan}");
}
