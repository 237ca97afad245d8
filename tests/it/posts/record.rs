//! The record of a post, for the day after.

use serde_json::json;

use super::acknowledging::asks;
use crate::support::{Draft, TestApp};

#[tokio::test]
async fn who_has_said_nothing_yet_is_reminded_once_by_each_pressing_and_not_too_often() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(asks("Please read").with("severity", "warning")).await;
    ann.has_seen(post, "one").await;
    ben.marks(post, true).await;
    let mut stream = ben.opens_stream().await;
    stream.says_unread(0).await;
    let path = format!("/admin/posts/{post}/reminder");

    let page = boss.posts_and_sees(&path, &[("key", "a1")]).await;

    assert!(page.text.contains("1 person was reminded."), "{}", page.text);
    let told = stream.says_unread(1).await.data["posts"][post.to_string()].clone();
    assert!(told["reminded"].is_string() && told["read"] == false, "{told}");
    assert_eq!((ann.reads_unread().await, ben.reads_unread().await), (vec![], vec![post]));
    assert_eq!(ben.gets(&format!("/posts/{post}/telling")).await.status, 200, "it may ring");
    let again = boss.posts_and_sees(&path, &[("key", "a1")]).await;
    assert!(again.text.contains("Nobody was reminded"), "the same pressing: {}", again.text);
    for round in 2..=12 {
        boss.posts(&path, &[("key", &format!("b{round}"))]).await;
    }
    let record = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    let acts = record["acts"].as_array().unwrap();
    let reminders: Vec<_> = acts.iter().filter(|act| act["act"] == "reminded").collect();
    assert_eq!(reminders.len(), 10, "no more in an hour");
    assert!(reminders.iter().all(|act| act["who"] == "Ben" && act["by"] == "boss"));
    assert!(boss.gets("/admin/audit?act=post-remind").await.text.contains("1 person"));
    assert_eq!(ann.posts(&path, &[]).await.status, 404);
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[]).await;
    assert_eq!(boss.posts(&path, &[]).await.status, 404, "what is over asks nobody");
}

#[tokio::test]
async fn every_act_stays_in_its_order_with_who_what_and_when() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(asks("Leave building C")).await;
    ann.has_seen(post, "one").await;
    ann.takes_back(post, "two").await;
    ben.has_seen(post, "three").await;

    let page = boss.gets(&format!("/admin/posts/{post}/record")).await;
    let export = boss.gets(&format!("/admin/posts/{post}/record.json")).await;

    assert_eq!((page.status, export.status), (200, 200), "{page:?}");
    assert!(page.text.contains("Said that they have seen it") && page.text.contains("Took it back"));
    for (person, state) in [("Ann", "outstanding"), ("Ben", "acknowledged")] {
        let row = page.text.lines().find(|line| line.contains(&format!(r#"data-state="{state}"#))).unwrap();
        assert!(row.contains(person), "its roster, with who has said nothing: {row}");
    }
    let record = export.json();
    let acts = record["acts"].as_array().unwrap();
    let told: Vec<_> =
        acts.iter().map(|act| (act["who"].as_str().unwrap(), act["act"].as_str().unwrap())).collect();
    assert_eq!(told, [("Ann", "acknowledged"), ("Ann", "taken-back"), ("Ben", "acknowledged")]);
    assert!(acts.iter().all(|act| act["at"].is_string() && act["version"] == 1 && act["by"].is_null()));
    assert_eq!(
        (&record["post"]["title"], &record["numbers"]["acknowledged"]),
        (&json!("Leave building C"), &json!(1))
    );
    let people = record["people"].as_array().unwrap();
    assert_eq!(people.len(), 2);
    assert_eq!((&people[0]["name"], &people[0]["state"]), (&json!("Ann"), &json!("outstanding")));
    assert!(boss.gets("/admin/audit?act=roster-export").await.text.contains("record"));
    for path in ["record", "record.json"] {
        assert_eq!(ann.gets(&format!("/admin/posts/{post}/{path}")).await.status, 404);
        let pat = app.publisher(&format!("pat {path}")).await;
        assert_eq!(pat.gets(&format!("/admin/posts/{post}/{path}")).await.status, 404);
    }
}

#[tokio::test]
async fn the_record_has_what_the_post_said_and_what_was_struck_as_struck() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(asks("Leave building C").body("By the **north** stairs")).await;
    let path = format!("/admin/posts/{post}");
    let unedited = boss.gets(&format!("{path}/record.json")).await.json();
    assert_eq!(unedited["revisions"], json!([]));
    let edit = |version, title| [("version", version), ("kind", "news"), ("title", title), ("body", "South")];
    boss.posts(&path, &edit("1", "Leave building D")).await;
    boss.posts(&path, &edit("2", "Leave building E")).await;
    boss.posts(&format!("{path}/revisions/1/striking"), &[("reason", "A wrong name")]).await;

    let record = boss.gets(&format!("{path}/record.json")).await.json();
    let page = boss.gets(&format!("{path}/record")).await.text;

    let told: Vec<_> = record["revisions"].as_array().unwrap().iter().collect();
    let titles: Vec<_> = told.iter().map(|one| (&one["version"], one["title"].as_str().unwrap())).collect();
    assert_eq!(titles, [(&json!(3), "Leave building E"), (&json!(2), "Leave building D"), (&json!(1), "")]);
    assert!(told[0]["struck"].is_null() && told[0]["by"] == "boss", "{record}");
    assert_eq!(
        (&told[2]["struck"]["reason"], &told[2]["struck"]["by"]),
        (&json!("A wrong name"), &json!("boss"))
    );
    assert_eq!(told[2]["body"], "");
    assert!(page.contains("Leave building D") && page.contains("A wrong name"), "{page}");
    assert!(!page.contains("north") && !page.contains("Leave building C"), "{page}");
}

#[tokio::test]
async fn the_record_names_the_author_whoever_takes_it() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let (pat, cay) = (app.publisher("pat").await, app.member("cay").await);
    let post = pat.publishes(Draft::alert("warning", "Leave").with("coordinators", "cay")).await;
    for person in [&pat, &cay] {
        let record = person.gets(&format!("/admin/posts/{post}/record.json")).await.json();
        assert_eq!(record["post"]["author"], "pat", "{}", person.name);
        let page = person.gets(&format!("/admin/posts/{post}/record")).await.text;
        assert!(page.contains("<bdi class=\"author\">pat</bdi>"), "{page}");
    }
}
