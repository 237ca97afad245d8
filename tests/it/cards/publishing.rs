//! Progresses that publish a post when they are done or have failed.

use futures_util::future::join_all;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{Person, Program, TestApp, eventually, makes_group};

async fn started() -> (TestApp, Program) {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.publisher("ann").await;
    app.member("ben").await;
    let program = Program::of(&app, "ann", "cards,publish").await;
    (app, program)
}

/// A board that everybody may see, so that the cards say who sees them.
async fn has_open_board(app: &TestApp, program: &Program) {
    program.sets("first", &json!({ "board": "jobs", "kind": "progress", "audience": "everyone" })).await;
    let boss = app.signs_in("boss").await;
    let shown = [("name", "Jobs"), ("everyone", "on"), ("place", "0")];
    assert_eq!(boss.posts("/admin/boards/jobs", &shown).await.status, 303);
}

fn job(publish: Value, audience: Value) -> Value {
    json!({
        "board": "jobs", "kind": "progress", "title": "Nightly *backup*", "publish": publish, "audience": audience,
    })
}

async fn says(program: &Program, state: &str) {
    let changed = program.changes("job", &json!({ "state": state })).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

#[tokio::test]
async fn each_run_tells_of_its_end_once_as_asked_and_those_alone_who_see_the_card() {
    let (app, program) = started().await;
    app.member("eve").await;
    has_open_board(&app, &program).await;
    let (ben, eve) = (app.signs_in("ben").await, app.signs_in("eve").await);
    let of_ben = async || ben.reads_feed().await.posts;

    let made = program.sets("job", &job(json!(["done", "failed"]), json!({ "people": ["ben"] }))).await;
    assert_eq!(made.json()["publish"], json!(["done", "failed"]), "{made:?}");
    says(&program, "running").await;
    assert!(of_ben().await.is_empty(), "it is silent while it runs");
    program.changes("job", &json!({ "state": "done", "text": "Copied <all> of *it*" })).await;
    says(&program, "done").await;
    assert_eq!(of_ben().await.len(), 1);
    let page = ben.gets(&format!("/posts/{}", of_ben().await[0])).await.text;
    assert!(page.contains("Nightly *backup*: done") && page.contains("Copied &lt;all&gt; of *it*"), "{page}");
    assert!(page.contains("href=\"/cards/job\"") && page.contains("ann"), "{page}");

    for state in ["running", "failed", "running", "cancelled", "waiting", "running", "running"] {
        says(&program, state).await;
    }
    assert_eq!(of_ben().await.len(), 2);
    program.changes("job", &json!({ "publish": "failed" })).await;
    says(&program, "done").await;
    says(&program, "running").await;
    says(&program, "failed").await;
    assert_eq!(of_ben().await.len(), 3);
    program.changes("job", &json!({ "publish": null })).await;
    says(&program, "done").await;
    assert_eq!(of_ben().await.len(), 3);
    assert!(eve.reads_feed().await.posts.is_empty());
    let entries = app.signs_in("boss").await.gets("/admin/audit?act=publish").await.text;
    assert!(entries.contains("server") && entries.contains("ann"), "{entries}");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let (_app, program) = started().await;
    for publish in [json!("cancelled"), json!(["done", "running"]), json!(""), json!(["x"])] {
        let refused = program.sets("job", &job(publish, json!(null))).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.json()["errors"]["publish"].is_string(), "{refused:?}");
    }
    let of_a_status = json!({ "board": "jobs", "kind": "status", "publish": "done" });
    assert_eq!(program.sets("line", &of_a_status).await.status, 422);
    assert_eq!(program.sets("job", &job(json!(1), json!(null))).await.status, 400);
    assert!(program.sets("job", &job(json!([]), json!(null))).await.json()["publish"].is_null());
}

#[tokio::test]
async fn a_ping_ends_a_run_that_tells_of_it() {
    let (app, program) = started().await;
    let ann = app.signs_in("ann").await;
    program.sets("job", &job(json!(["done", "failed"]), json!(null))).await;
    let made = program.request(Method::POST, "/api/v1/cards/job/ping").send().await.unwrap();
    let made: Value = made.json().await.unwrap();
    let address = made["address"].as_str().unwrap().to_owned();
    let ping = async |end: &str| Client::new().get(format!("{address}{end}")).send().await.unwrap();
    let has = async |count: usize| {
        let told = async || (ann.reads_feed().await.posts.len() == count).then_some(());
        eventually("it is told", told).await;
    };

    ping("/start").await;
    ping("/0").await;
    has(1).await;
    ping("/0").await;
    ping("/3").await;
    has(2).await;
    assert!(ann.gets("/").await.text.contains("Nightly *backup*: failed"));
}

/// A card is seen by those who may see its board and are meant by it.
#[tokio::test]
async fn a_post_is_for_nobody_who_does_not_see_the_board() {
    let (app, program) = started().await;
    app.member("eve").await;
    let boss = app.signs_in("boss").await;
    makes_group(&boss, "Night shift", &["ben", "ann"]).await;
    app.sql("UPDATE users SET external = TRUE WHERE name = 'ben'").await;
    has_open_board(&app, &program).await;
    let (ben, eve) = (app.signs_in("ben").await, app.signs_in("eve").await);
    let count = async |person: &Person| person.reads_feed().await.posts.len();
    let run = async || {
        says(&program, "running").await;
        says(&program, "done").await;
    };

    program.sets("job", &job(json!("done"), json!({ "groups": ["Night shift"] }))).await;
    run().await;
    assert_eq!((count(&ben).await, count(&eve).await), (0, 0), "external people do not see the board");
    program.sets("job", &job(json!("done"), json!("everyone"))).await;
    run().await;
    assert_eq!((count(&ben).await, count(&eve).await), (0, 1));
    let for_a_group = [("name", "Jobs"), ("groups", "Night shift"), ("place", "0")];
    assert_eq!(boss.posts("/admin/boards/jobs", &for_a_group).await.status, 303);
    run().await;
    assert_eq!(count(&eve).await, 1);
    program.changes("job", &json!({ "audience": null })).await;
    run().await;
    assert_eq!((count(&ben).await, count(&eve).await), (1, 1));
}

#[tokio::test]
async fn what_a_token_asked_for_is_told_to_nobody_whom_it_may_not_post_to() {
    let (app, program) = started().await;
    let boss = app.signs_in("boss").await;
    makes_group(&boss, "Night shift", &["ben"]).await;
    app.member("eve").await;
    let (ben, eve) = (app.signs_in("ben").await, app.signs_in("eve").await);
    let held = Program::held(&app, "ann", "cards", &["--group", "Night shift"]).await;

    assert_eq!(held.sets("job", &job(json!("done"), json!(null))).await.status, 201);
    says(&held, "done").await;
    assert_eq!(ben.reads_feed().await.posts.len(), 1, "the board was made for the group");
    program.changes("job", &json!({ "audience": { "people": ["eve", "ben"] } })).await;
    let shown = [("name", "Jobs"), ("everyone", "on"), ("place", "0")];
    assert_eq!(boss.posts("/admin/boards/jobs", &shown).await.status, 303);
    says(&program, "running").await;
    says(&program, "done").await;

    assert!(eve.reads_feed().await.posts.is_empty() && ben.reads_feed().await.posts.len() == 1);
    assert!(app.logs().contains("its post was not published"), "{}", app.logs());
    assert_eq!(program.gets("/api/v1/cards/job").await.json()["state"], "done");
}

#[tokio::test]
async fn after_a_kill_each_end_that_is_there_has_its_post_and_no_other_has() {
    let (mut app, program) = started().await;
    let keys: Vec<_> = (0..60).map(|number| format!("job-{number}")).collect();
    let card = |key: &String, state: &str| json!({ "key": key, "title": key, "board": "jobs", "kind": "progress", "state": state, "publish": "done" });
    let cards: Vec<_> = keys.iter().map(|key| card(key, "running")).collect();
    assert_eq!(program.sets_all(&cards).await.status, 200);

    let ends = keys.iter().enumerate().map(|(number, key)| {
        let (program, end) = (program.clone(), card(key, "done"));
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(number as u64 * 10)).await;
            let request = program.request(Method::POST, "/api/v1/cards").json(&json!({ "cards": [end] }));
            request.send().await.is_ok_and(|answer| answer.status() == 200)
        }
    });
    let ends = tokio::spawn(join_all(ends));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    app.kill().await;
    let answered = ends.await.unwrap();
    app.restart().await;

    let program = program.at(&app);
    for (key, was_answered) in keys.iter().zip(answered) {
        let is_done = program.gets(&format!("/api/v1/cards/{key}")).await.json()["state"] == "done";
        assert!(is_done || !was_answered, "{key} was answered, and is not done");
        let posts = format!("SELECT COUNT(*) FROM posts WHERE title = '{key}: done'");
        let posts: i64 = app.asks_database(&posts).await.try_get_by_index(0).unwrap();
        assert_eq!(posts, i64::from(is_done), "{key}");
        // Whoever asks again tells nobody again.
        if is_done {
            program.changes(key, &json!({ "state": "done" })).await;
        }
    }
    let posts: i64 = app.asks_database("SELECT COUNT(*) FROM posts").await.try_get_by_index(0).unwrap();
    let titles = "SELECT COUNT(DISTINCT title) FROM posts";
    let titles: i64 = app.asks_database(titles).await.try_get_by_index(0).unwrap();
    assert_eq!(posts, titles);
}

#[tokio::test]
async fn work_without_a_word_is_stalled_and_other_cards_are_old() {
    let (mut app, program) = started().await;
    let ann = app.signs_in("ann").await;
    let set = async |key: &str, board: &str, kind: &str, state: &str| {
        let card = json!({ "board": board, "kind": kind, "state": state, "ttl": 600, "title": key });
        assert_eq!(program.sets(key, &card).await.status, 201);
    };
    set("copy", "nights", "progress", "running").await;
    set("ended", "ends", "progress", "done").await;
    set("gate", "gates", "status", "ok").await;
    app.sql("UPDATE cards SET reported_ms = reported_ms - 600000").await;
    // Memory reads the tables at the start.
    assert_eq!(app.stop().await, Some(0));
    app.restart().await;
    let (ann, program) = (ann.at(&app), program.at(&app));

    let boards = ann.gets("/boards").await.text;
    let words: Vec<_> = boards
        .split("class=\"board-state\">")
        .skip(1)
        .map(|row| row.split(['<', ':']).next().unwrap().to_owned())
        .collect();
    assert_eq!(words, ["Stalled", "Old", "Old"], "the worst first");
    for path in ["/boards/nights", "/cards/copy"] {
        let page = ann.gets(path).await.text;
        assert!(page.contains("class=\"card old stalled\""), "{path}: {page}");
        assert!(page.contains("card-stalled\">Stalled<"), "{path}: {page}");
    }
    for path in ["/boards/ends", "/cards/gate"] {
        let page = ann.gets(path).await.text;
        assert!(!page.contains("talled"), "{path}: {page}");
    }
    assert_eq!(program.gets("/api/v1/cards/copy").await.json()["stalled"], true);
    for key in ["ended", "gate"] {
        assert!(program.gets(&format!("/api/v1/cards/{key}")).await.json()["stalled"].is_null(), "{key}");
    }

    program.changes("copy", &json!({ "percent": 50 })).await;
    assert!(program.gets("/api/v1/cards/copy").await.json()["stalled"].is_null());
    assert!(!ann.gets("/cards/copy").await.text.contains("old stalled"));
}
