//! A roster as a table, and as programs read it.

use serde_json::json;

use crate::{
    posts::{acknowledging::asks, changes::edits},
    support::{Program, TestApp, has_people},
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
         \"answered by\",\"taken by\",\"drill\",\"added\""
    );
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(
        rows.contains(&"\"'=Ben\",\"\",\"outstanding\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\""),
        "{rows:?}"
    );
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

#[tokio::test]
async fn nobody_is_asked_any_more_once_it_is_over_on_page_table_record_and_over_the_api() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, _ben) = (app.member("Ann").await, app.member("Ben").await);
    let program = Program::of(&app, "boss", "publish").await;
    let asked = json!({ "kind": "alert", "severity": "warning", "title": "A", "audience": "everyone",
        "acknowledge": true });
    let post = program.sends(&asked).await.json()["id"].as_i64().unwrap();
    ann.has_seen(post, "one").await;
    let page = format!("/admin/posts/{post}/roster");
    let listed = async |state: &str| {
        let roster = program.gets(&format!("/api/v1/posts/{post}/roster?state={state}")).await.json();
        let rows = boss.gets(&format!("{page}?state={state}")).await.text.matches("<tr data-person=").count();
        let lines = boss.gets(&format!("{page}.csv?state={state}")).await.text.lines().count() - 1;
        let people = roster["people"].as_array().unwrap().len();
        assert_eq!((rows, lines), (people, people), "{state}");
        people
    };
    assert_eq!((listed("outstanding").await, listed("acknowledged").await, listed("apart").await), (1, 1, 0));

    assert_eq!(boss.posts(&format!("/admin/posts/{post}/resolution"), &[]).await.status, 303);

    assert_eq!((listed("outstanding").await, listed("acknowledged").await, listed("apart").await), (0, 1, 1));
    let text = boss.gets(&page).await.text;
    assert!(text.contains("Not yet: 0") && text.contains("Not asked any more: 1"), "{text}");
    assert!(text.contains("data-state=\"apart\"") && !text.contains("data-state=\"outstanding\""), "{text}");
    let record = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    let states: Vec<_> = record["people"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["acknowledged", "apart"]);
    boss.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await;
    assert_eq!((listed("outstanding").await, listed("acknowledged").await, listed("apart").await), (1, 1, 0));
}

#[tokio::test]
async fn who_has_read_it_is_not_told_of_few_who_have_it_still_though_more_had_it() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    has_people(&mut app, 10).await;
    let ann = app.member("Ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let names = boss.gets("/admin/people").await.text;
    let names = names.split("<bdi>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    let mut names: Vec<_> = names.filter(|name| name != "boss" && name != "Ann").collect();
    names.dedup();
    assert!(names.len() >= 10, "{names:?}");
    let post = json!({ "kind": "news", "title": "A", "audience": { "people": ["Ann"] } });
    let post = program.sends(&post).await.json()["id"].as_i64().unwrap();
    ann.marks(post, true).await;
    let read = async || {
        let roster = program.gets(&format!("/api/v1/posts/{post}/roster")).await.json();
        (roster["recipients"].as_u64().unwrap(), roster["read"].as_u64())
    };
    assert_eq!(read().await, (1, None));
    let all: Vec<_> = names.iter().take(10).map(String::as_str).chain(["Ann"]).collect();
    edits(&program, post, json!({ "audience": { "people": all } })).await;
    assert_eq!(read().await, (11, Some(1)), "of eleven it may be told");

    edits(&program, post, json!({ "audience": { "people": ["Ann"] } })).await;

    assert_eq!(read().await, (11, None), "it would be told of her alone");
    edits(&program, post, json!({ "audience": { "people": all } })).await;
    boss.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "Over")]).await;
    assert_eq!(read().await, (11, Some(1)), "of what went, those count who had it then");
}
