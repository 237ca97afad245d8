//! Whom a post reached later than others, by an edit, and when.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Page, Program, TestApp};

/// Who is on the roster, and whether it says since when, as the page, the table, the record and the API agree.
async fn added(app: &TestApp, program: &Program, post: i64) -> Vec<(String, bool)> {
    let boss = app.signs_in("boss").await;
    let of = |people: &Value| -> Vec<(String, Option<String>)> {
        let of_one = |one: &Value| {
            (one["name"].as_str().unwrap().to_owned(), one["added_at"].as_str().map(str::to_owned))
        };
        people.as_array().unwrap().iter().map(of_one).collect()
    };
    let told = of(&program.gets(&format!("/api/v1/posts/{post}/roster")).await.json()["people"]);
    let record = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    assert_eq!(of(&record["people"]), told);
    let table = boss.gets(&format!("/admin/posts/{post}/roster.csv")).await.text;
    let lines: Vec<_> =
        table.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().trim_matches('"')).collect();
    let times: Vec<_> = told.iter().map(|(_, at)| at.as_deref().unwrap_or_default()).collect();
    assert_eq!(lines, times, "{table}");
    for page in ["roster", "record"] {
        let page = boss.gets(&format!("/admin/posts/{post}/{page}")).await;
        for (name, at) in &told {
            let row = page.text.split("<tr data-").find(|row| row.contains(&format!("<bdi>{name}</bdi>")));
            assert_eq!(row.unwrap().contains("roster-added"), at.is_some(), "{name}: {page:?}");
        }
    }
    told.into_iter().map(|(name, at)| (name, at.is_some())).collect()
}

async fn is_for(program: &Program, post: i64, audience: Value) {
    let request = program.request(Method::PATCH, &format!("/api/v1/posts/{post}"));
    let page = Page::read(request.json(&json!({ "audience": audience })).send().await.unwrap()).await;
    assert_eq!(page.status, 200, "{page:?}");
}

fn names(told: &[(&str, bool)]) -> Vec<(String, bool)> {
    told.iter().map(|(name, is_added)| ((*name).to_owned(), *is_added)).collect()
}

#[tokio::test]
async fn a_roster_says_since_when_a_post_is_for_whom_it_was_widened_to() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    for name in ["Ann", "Ben", "Cay"] {
        app.member(name).await;
    }
    let program = Program::of(&app, "boss", "publish").await;
    let alert = json!({ "kind": "alert", "severity": "warning", "title": "A", "audience": { "people": ["Ann"] },
        "acknowledge": true });
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    assert_eq!(added(&app, &program, post).await, names(&[("Ann", false)]));

    is_for(&program, post, json!({ "people": ["Ann", "Ben"] })).await;
    assert_eq!(added(&app, &program, post).await, names(&[("Ann", false), ("Ben", true)]));
    let since = "SELECT MIN(widened_ms) FROM audiences";
    let first: i64 = app.asks_database(since).await.try_get_by_index(0).unwrap();

    is_for(&program, post, json!({ "people": ["Cay"] })).await;
    is_for(&program, post, json!({ "people": ["Ann", "Ben", "Cay"] })).await;
    let all = names(&[("Ann", false), ("Ben", true), ("Cay", true)]);
    assert_eq!(added(&app, &program, post).await, all, "who had it once and has it again keeps their time");
    let roster = program.gets(&format!("/api/v1/posts/{post}/roster")).await.json();
    let times = ["Ben", "Cay"].map(|name| {
        let people = roster["people"].as_array().unwrap();
        let at = people.iter().find(|one| one["name"] == name).unwrap()["added_at"].as_str().unwrap();
        at.parse::<jiff::Timestamp>().unwrap().as_second()
    });
    assert_eq!(times[0], first.div_euclid(1000), "when it came to them first");
    assert!(times[0] <= times[1]);
}

#[tokio::test]
async fn who_was_left_out_and_is_so_no_longer_stands_on_the_roster_since_then() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let (ann, _ben) = (app.member("Ann").await, app.member("Ben").await);
    let program = Program::of(&app, "boss", "publish").await;
    let alert = json!({ "kind": "alert", "severity": "warning", "title": "A", "acknowledge": true,
        "audience": { "everyone": true, "except": ["Ann"] } });
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    assert_eq!(added(&app, &program, post).await, names(&[("Ben", false)]));

    is_for(&program, post, json!("everyone")).await;
    assert_eq!(ann.gets(&format!("/posts/{post}")).await.status, 200);
    assert_eq!(added(&app, &program, post).await, names(&[("Ann", true), ("Ben", false)]));

    is_for(&program, post, json!({ "everyone": true, "except": ["Ann", "Ben"] })).await;
    assert_eq!(added(&app, &program, post).await, names(&[("Ann", true), ("Ben", false)]), "nobody vanishes");
}
