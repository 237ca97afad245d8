//! What a post said before it was edited: who sees which of it, and what is struck.

use serde_json::json;

use super::changes::{alert, edits, publishes};
use crate::support::{Person, Program, TestApp, attribute, tags};

/// The page of a post's revisions, and the versions on it.
async fn revisions(person: &Person, post: i64) -> (Vec<String>, String) {
    let page = person.gets(&format!("/posts/{post}/revisions")).await;
    assert_eq!(page.status, 200, "{page:?}");
    let versions = tags(&page.text, "<li class=\"revision\"").map(|tag| attribute(tag, "id").to_owned());
    (versions.collect(), page.text)
}

#[tokio::test]
async fn readers_see_who_changed_what_and_when_from_where_the_post_became_theirs() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    let program = Program::of(&app, "boss", "publish").await;
    let mut draft = alert("info", "Lift 3");
    draft["audience"] = json!({ "people": ["ann"] });
    draft["body"] = json!("Broken until six.");
    let post = publishes(&program, &draft).await;
    assert!(
        !ann.gets(&format!("/posts/{post}")).await.text.contains("/revisions\""),
        "there is nothing to see"
    );
    edits(&program, post, json!({ "body": "Broken until <seven>." })).await;
    edits(&program, post, json!({ "audience": { "people": ["ann", "bea"] } })).await;
    edits(&program, post, json!({ "title": "Lift 4", "severity": "warning" })).await;

    assert!(ann.gets(&format!("/posts/{post}")).await.text.contains(&format!("/posts/{post}/revisions\"")));
    for reader in [&ann, &boss] {
        let (versions, text) = revisions(reader, post).await;
        assert_eq!(versions, ["version-4", "version-2", "version-1"]);
        assert!(text.contains("Broken until <del>six.</del><ins>&#60;seven&#62;.</ins>"), "{text}");
        assert!(text.contains("Lift <del>3</del><ins>4</ins>") && text.contains("boss"), "{text}");
        assert!(!text.contains("/striking\"") || reader.name == "boss");
    }
    let (versions, text) = revisions(&bea, post).await;
    assert_eq!(versions, ["version-4", "version-2"], "it became hers with what it said then");
    assert!(!text.contains("six"), "{text}");
    assert_eq!(app.member("eve").await.gets(&format!("/posts/{post}/revisions")).await.status, 404);
}

#[tokio::test]
async fn what_is_struck_is_kept_as_struck_and_its_text_is_nowhere() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.publisher("ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let post = publishes(&program, &alert("info", "Secretword")).await;
    edits(&program, post, json!({ "title": "Better" })).await;
    let strike = |version: i64| format!("/admin/posts/{post}/revisions/{version}/striking");

    assert_eq!(ann.posts(&strike(1), &[("reason", "x")]).await.status, 404);
    assert_eq!(boss.posts(&strike(2), &[("reason", "It says so now")]).await.status, 404);
    assert_eq!(boss.posts(&strike(9), &[("reason", "x")]).await.status, 404);
    for wrong in ["", "  ", &"x".repeat(501)] {
        let refused = boss.posts(&strike(1), &[("reason", wrong)]).await;
        assert!(refused.status == 422 && refused.text.contains("reason-problem"), "{}", refused.text);
    }
    let page = boss.posts_and_sees(&strike(1), &[("reason", "A <name>")]).await;

    assert!(page.text.contains("A &#60;name&#62;") && page.text.contains("boss"), "{}", page.text);
    assert_eq!(boss.posts(&strike(1), &[("reason", "Again")]).await.status, 404);
    let (versions, text) = revisions(&ann, post).await;
    assert_eq!(versions, ["version-2", "version-1"]);
    assert!(!text.contains("Secretword") && text.contains("Text struck"), "{text}");
    assert!(!ann.gets("/?q=secretword").await.text.contains(&format!("href=\"/posts/{post}\"")));
    let left = app.asks_database("SELECT count(*) FROM revisions WHERE title LIKE '%Secretword%'").await;
    assert_eq!(left.try_get_by_index::<i64>(0).unwrap(), 0);
    assert!(boss.gets("/admin/audit?act=revision-strike").await.text.contains("version 1, A &#60;name&#62;"));
}

#[tokio::test]
async fn of_a_post_that_is_edited_very_often_the_last_hundred_are_kept() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish").await;
    let post = publishes(&program, &alert("info", "Title")).await;
    for number in 0..104 {
        assert_eq!(edits(&program, post, json!({ "title": format!("Title {number}") })).await.status, 200);
    }

    let (versions, _) = revisions(&app.signs_in("boss").await, post).await;

    assert_eq!((versions.len(), versions[0].as_str()), (100, "version-105"));
}

#[tokio::test]
async fn what_a_program_has_said_over_since_can_be_struck_though_no_edit_came_after_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let mut said = alert("info", "The disk");
    said["dedup_key"] = json!("disk");
    let post = publishes(&program, &said).await;
    edits(&program, post, json!({ "body": "The password is hunter2" })).await;
    let strike = format!("/admin/posts/{post}/revisions/2/striking");
    assert_eq!(boss.posts(&strike, &[("reason", "It says so now")]).await.status, 404);
    said["body"] = json!("Nearly full");
    assert_eq!(program.sends(&said).await.status, 200);
    assert!(revisions(&ann, post).await.1.contains("hunter2"));
    assert!(revisions(&boss, post).await.1.contains(&format!("action=\"{strike}\"")));

    let struck = boss.posts(&strike, &[("reason", "A password")]).await;

    assert_eq!(struck.status, 303, "{struck:?}");
    assert!(!revisions(&ann, post).await.1.contains("hunter2"));
    assert!(ann.gets(&format!("/posts/{post}")).await.text.contains("Nearly full"));
    assert!(!boss.gets(&format!("/admin/posts/{post}/record.json")).await.text.contains("hunter2"));
}
