//! A roster as a table, and as programs read it.

use serde_json::json;

use crate::{
    posts::acknowledging::asks,
    support::{Program, TestApp},
};

#[tokio::test]
async fn an_export_has_everybody_no_formula_and_an_entry_in_the_audit_log() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    app.member("=Ben").await;
    let post = boss.publishes(asks("Leave building C")).await;
    ann.has_seen(post, "one").await;

    let table = boss.gets(&format!("/admin/posts/{post}/roster.csv")).await;

    assert!(table.header("content-type").starts_with("text/csv"), "{table:?}");
    let rows: Vec<_> = table.text.lines().collect();
    assert_eq!(
        rows[0],
        "\u{feff}\"name\",\"number\",\"state\",\"at\",\"answer\",\"note\",\"telephone\",\
         \"answered by\",\"taken by\",\"drill\""
    );
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows.contains(&"\"'=Ben\",\"\",\"outstanding\",\"\",\"\",\"\",\"\",\"\",\"\",\"\""), "{rows:?}");
    assert!(rows.iter().any(|row| row.starts_with("\"Ann\",\"\",\"acknowledged\",\"20")), "{rows:?}");
    let few = boss.gets(&format!("/admin/posts/{post}/roster.csv?state=acknowledged")).await;
    assert_eq!(few.text.lines().count(), 2);
    let audit = boss.gets("/admin/audit?act=roster-export").await;
    assert_eq!(audit.text.matches(&format!("<a href=\"/posts/{post}\">")).count(), 2, "{}", audit.text);
}

#[tokio::test]
async fn a_program_reads_the_rosters_of_what_it_published() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, _ben) = (app.member("Ann").await, app.member("Ben").await);
    let program = Program::of(&app, "boss", "publish").await;
    let asked = json!({ "kind": "news", "title": "A", "audience": "everyone", "acknowledge": true });
    let post = program.sends(&asked).await.json()["id"].as_i64().unwrap();
    let by_page = boss.publishes(asks("By page")).await;
    ann.has_seen(post, "one").await;

    let roster = program.gets(&format!("/api/v1/posts/{post}/roster?limit=1")).await.json();

    assert_eq!((&roster["recipients"], &roster["acknowledged"]), (&json!(2), &json!(1)));
    assert_eq!((&roster["outstanding"], &roster["read"]), (&json!(1), &json!(null)));
    assert_eq!(
        (&roster["people"][0]["name"], &roster["people"][0]["state"]),
        (&json!("Ann"), &json!("acknowledged"))
    );
    let next = program.gets(roster["next"].as_str().unwrap()).await.json();
    assert_eq!((&next["people"][0]["name"], &next["next"]), (&json!("Ben"), &json!(null)));
    let waiting = program.gets(&format!("/api/v1/posts/{post}/roster?state=outstanding")).await.json();
    assert_eq!(waiting["people"].as_array().unwrap().len(), 1);
    assert_eq!(program.gets(&format!("/api/v1/posts/{by_page}/roster")).await.status, 404);
}
