//! A drill is one from the moment it is published, and is marked as one wherever it goes.

use futures_util::future::join_all;
use serde_json::json;

use super::{answering::asks_who_is_safe, changes::edits};
use crate::support::{Draft, Program, TestApp, tags};

#[tokio::test]
async fn a_drill_is_marked_on_every_page_stream_notification_answer_and_export() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let (mut page, mut api) = (ann.opens_stream().await, program.opens_stream().await);
    let form = boss.gets("/admin/posts/new").await.text;
    assert!(form.contains("name=\"drill\""), "{form}");

    let post = boss.publishes(asks_who_is_safe().with("drill", "on")).await;

    let told = page.next("post").await.data;
    assert_eq!((&told["title"], &told["drill"]), (&json!("DRILL: Fire in building C"), &json!(true)));
    assert!(told["html"].as_str().unwrap().contains("drill-mark"), "{told}");
    let told = api.next("post").await.data;
    assert_eq!((&told["title"], &told["drill"]), (&json!("Fire in building C"), &json!(true)));
    let shown = ann.gets("/alerts").await.json()["alerts"][0].clone();
    assert_eq!((&shown["title"], &shown["drill"]), (&json!("DRILL: Fire in building C"), &json!(true)));
    assert_eq!(ann.gets(&format!("/posts/{post}/telling")).await.json()["drill"], true);
    for path in ["/".to_owned(), format!("/posts/{post}")] {
        let page = ann.gets(&path).await.text;
        assert!(page.contains("<strong class=\"drill-mark\">Drill</strong>"), "{path}: {page}");
    }
    for part in ["roster", "record", "sheet"] {
        let page = boss.gets(&format!("/admin/posts/{post}/{part}")).await.text;
        assert!(page.contains("drill-mark"), "{part}");
    }
    assert!(boss.gets("/admin/posts").await.text.contains("drill-mark"));
    let path = format!("/api/v1/posts/{post}");
    assert_eq!(program.gets(&path).await.json()["drill"], true);
    let table = boss.gets(&format!("/admin/posts/{post}/roster.csv")).await;
    assert!(table.header("content-disposition").contains(&format!("roster-{post}-drill.csv")), "{table:?}");
    assert!(table.text.lines().nth(1).unwrap().ends_with("\"drill\",\"\""), "{table:?}");
    assert_eq!(boss.gets(&format!("/admin/posts/{post}/record.json")).await.json()["post"]["drill"], true);
    let form = boss.gets(&format!("/admin/posts/{post}/edit")).await.text;
    assert!(form.contains("name=\"title\"") && !form.contains("name=\"drill\""), "{form}");
    let edit =
        [("version", "1"), ("kind", "alert"), ("severity", "warning"), ("title", "Fire"), ("drill", "")];
    assert_eq!(boss.posts(&format!("/admin/posts/{post}"), &edit).await.status, 303);
    assert_eq!(program.gets(&path).await.json()["drill"], true, "it stays one");
    ann.answers(post, "2", "", "1").await;
    let page = boss.gets("/").await.text;
    let call = page.split("<li id=\"post-").find(|row| row.contains("ann: I need help")).unwrap();
    assert!(call.contains("drill-mark"), "a call in a drill is one, too: {call}");
}

#[tokio::test]
async fn a_real_critical_alert_stands_above_every_drill_and_says_so() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let critical = |title: &str| Draft::alert("critical", title);
    let real = boss.publishes(critical("Real")).await;
    let drill = boss.publishes(critical("Practice").with("drill", "on")).await;

    let alerts = ann.gets("/alerts").await.json();
    let posts: Vec<_> = alerts["alerts"].as_array().unwrap().iter().map(|one| one["post"].as_i64()).collect();
    assert_eq!(posts, [Some(real), Some(drill)]);
    let page = ann.gets("/").await;
    assert_eq!(ann.reads_feed().await.posts, [real, drill]);
    assert!(page.text.contains("Not a drill"), "{page:?}");
    assert_eq!(tags(&page.text, "<strong").filter(|tag| tag.contains("real-mark")).count(), 1);
}

#[tokio::test]
async fn a_program_publishes_a_drill_and_cannot_make_it_real() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let drill =
        json!({ "kind": "alert", "severity": "info", "title": "A", "audience": "everyone", "drill": true });
    let post = program.sends(&drill).await.json()["id"].as_i64().unwrap();

    let refused = edits(&program, post, json!({ "drill": false })).await;

    assert_ne!(refused.status, 200, "{refused:?}");
    assert_eq!(program.gets(&format!("/api/v1/posts/{post}")).await.json()["drill"], true);
}

#[tokio::test]
async fn a_key_says_a_drill_again_only_by_a_drill_and_the_real_thing_by_the_real_thing() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let gas = |severity: &str, drill: bool| {
        json!({ "kind": "alert", "severity": severity, "title": "Gas", "audience": "everyone", "drill": drill,
                "dedup_key": "gas" })
    };
    let new = async |severity: &str, drill: bool| {
        let answer = program.sends(&gas(severity, drill)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.json()["id"].as_i64().unwrap()
    };
    let read = async |post: i64| program.gets(&format!("/api/v1/posts/{post}")).await.json();
    let drill = new("info", true).await;
    // This is still to be told when the real one comes.
    assert_eq!(program.sends(&gas("warning", true)).await.json()["repeats"]["count"], 2);
    let mut page = ann.opens_stream().await;

    let real = new("critical", false).await;

    let mut told = [page.next("post").await, page.next("post").await];
    told.sort_by_key(|event| event.post());
    assert_eq!((told[0].post(), &told[0].data["title"]), (drill, &json!("DRILL: Gas")));
    assert_eq!((told[1].post(), &told[1].data["title"]), (real, &json!("Gas")));
    assert_eq!(
        (&read(drill).await["severity"], &read(drill).await["drill"]),
        (&json!("warning"), &json!(true))
    );
    assert_eq!(
        (&read(real).await["severity"], &read(real).await["drill"]),
        (&json!("critical"), &json!(false))
    );
    assert_eq!(program.sends(&gas("critical", false)).await.json()["id"], real, "the key names the newest");
    let practice = new("critical", true).await;
    assert_eq!((read(real).await["drill"].as_bool(), practice > real), (Some(false), true));
    // Whichever of some that come at once is first: none is another's repetition, and each says what it is.
    let many: Vec<_> = (0..8).map(|at| gas("critical", at % 2 == 0)).collect();
    let said = join_all(many.iter().map(|post| program.sends(post))).await;
    for (answer, post) in said.iter().zip(&many) {
        assert!([200, 201].contains(&answer.status), "{answer:?}");
        let id = answer.json()["id"].as_i64().unwrap();
        assert_eq!(read(id).await["drill"], post["drill"]);
    }
}
