//! Who coordinates a post may do for it what its author may, as long as they are in the group.

mod handing_over;
mod lists;
mod requiring;
mod streams;

use reqwest::Method;
use serde_json::json;

use super::changes::asks as calls;
use crate::support::{Draft, Person, Program, TestApp, makes_group};

/// An alert for one person, with these coordinators.
fn coordinated(title: &str, to: &str, name: &str) -> Draft {
    Draft::alert("warning", title).to(&[to]).with("acknowledge", "on").with("coordinators", name)
}

impl Person {
    /// What each address of a post that is for who may act on it answers.
    async fn may_act_on(&self, post: i64) -> Vec<u16> {
        let mut answers = Vec::new();
        for part in ["edit", "roster", "roster.csv", "record", "record.json", "withdrawal"] {
            answers.push(self.gets(&format!("/admin/posts/{post}/{part}")).await.status);
        }
        answers
    }

    /// The titles of what stands in their list of posts.
    async fn lists_posts(&self, query: &str) -> Vec<String> {
        let page = self.gets(&format!("/admin/posts{query}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        let rows = page.text.split("<tr data-post=").skip(1);
        let title = |row: &str| row.split("</a>").next().unwrap().rsplit('>').next().unwrap().to_owned();
        rows.map(title).collect()
    }
}

#[tokio::test]
async fn who_coordinates_a_post_may_do_for_it_what_its_author_may_until_they_leave() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben, cay) = (app.member("ann").await, app.member("ben").await, app.member("cay").await);
    makes_group(&boss, "Safety", &["ann"]).await;

    let post = pat.publishes(coordinated("Leave building C", "cay", "safety")).await;

    assert_eq!(ann.may_act_on(post).await, [200; 6]);
    assert_eq!(ben.may_act_on(post).await, [404; 6]);
    assert_eq!(cay.may_act_on(post).await, [404; 6], "a reader");
    assert_eq!(boss.may_act_on(post).await, [404; 6], "an admin has no other right");
    let page = ann.gets(&format!("/posts/{post}")).await;
    assert!(page.text.contains("Leave building C") && page.text.contains("/coordinators\""), "{page:?}");
    assert_eq!(ben.gets(&format!("/posts/{post}")).await.status, 404);
    assert!(!cay.gets(&format!("/posts/{post}")).await.text.contains("Safety"), "readers do not see who");
    assert!(cay.gets(&format!("/posts/{post}")).await.text.contains("coordinators see by name"));
    assert!(ann.reads_feed().await.posts.is_empty(), "she is no reader");
    let path = format!("/posts/{post}/acknowledgement");
    assert_eq!(ann.posts(&path, &[]).await.status, 404, "nor is she asked");

    let edit = [("version", "1"), ("kind", "alert"), ("severity", "warning"), ("title", "Leave building D")];
    let edited = ann.posts(&format!("/admin/posts/{post}"), &edit).await;
    assert_eq!(edited.status, 303, "{edited:?}");
    let strike = format!("/admin/posts/{post}/revisions/1/striking");
    assert_eq!(ann.posts(&strike, &[("reason", "A wrong house")]).await.status, 303);
    assert!(ann.gets(&format!("/posts/{post}/revisions")).await.text.contains("A wrong house"));
    let reminded = ann.posts(&format!("/admin/posts/{post}/reminder"), &[("key", "one")]).await;
    assert!(reminded.location().ends_with("?reminded=1"), "{reminded:?}");
    assert_eq!(
        ann.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "all out")]).await.status,
        303
    );
    assert_eq!(ann.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await.status, 303);

    app.runs(&["group", "leave", "Safety", "ann"], "").await;
    assert_eq!(ann.may_act_on(post).await, [404; 6]);
    assert_eq!(ann.gets(&format!("/posts/{post}")).await.status, 404);
    app.runs(&["group", "join", "Safety", "ann"], "").await;
    assert_eq!(ann.may_act_on(post).await, [200; 6]);
    assert_eq!(
        ann.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "over")]).await.status,
        303
    );
    assert_eq!(ann.gets(&format!("/posts/{post}")).await.status, 200, "they keep it, marked");
    let audit = boss.gets("/admin/audit?name=ann").await.text;
    for act in ["Post edited", "Post withdrawn", "Alert over", "Readers reminded"] {
        assert!(audit.contains(act), "{act}");
    }
    boss.posts(&format!("{}/removal", makes_group(&boss, "Other", &["ann"]).await), &[]).await;
    assert_eq!(ann.may_act_on(post).await[1], 200);
}

#[tokio::test]
async fn a_removed_group_coordinates_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let ann = app.member("ann").await;
    let group = makes_group(&boss, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "boss", "Safety")).await;
    assert_eq!(ann.may_act_on(post).await, [200; 6]);

    boss.posts(&format!("{group}/removal"), &[]).await;

    assert_eq!(ann.may_act_on(post).await, [404; 6]);
    // In whose name the admins are told that nobody coordinates it any more has that in their list.
    let listed = ann.lists_posts("").await;
    assert!(!listed.iter().any(|title| title == "Leave building C"), "{listed:?}");
}

#[tokio::test]
async fn programs_name_coordinators_and_hand_over() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    makes_group(&boss, "Safety", &["ann"]).await;
    let program = Program::of(&app, "boss", "publish").await;
    let mut alert = json!({ "kind": "alert", "severity": "critical", "title": "A", "audience": "everyone" });

    alert["coordinators"] = json!("Nowhere");
    let refused = program.sends(&alert).await;
    assert_eq!(refused.status, 422);
    assert!(refused.json()["errors"]["coordinators"].is_string(), "{refused:?}");
    alert["coordinators"] = json!("Safety");
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    assert_eq!(ann.may_act_on(post).await[1], 200);
    let path = format!("/api/v1/posts/{post}");
    let answer = calls(&program, Method::PATCH, &path, json!({ "coordinators": "" })).await;
    assert_eq!((answer.status, &answer.json()["version"]), (200, &json!(1)), "{answer:?}");
    assert_eq!(ann.may_act_on(post).await[1], 404);
}

#[tokio::test]
async fn who_may_edit_a_post_is_suggested_names_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, cay) = (app.member("ann").await, app.member("cay").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "cay", "Safety")).await;
    let path = format!("/admin/posts/{post}/suggestions?q=ca");
    let reach = format!("/admin/posts/{post}/reach");
    let chosen = [("audience", "chosen"), ("recipients", "cay")];

    assert!(
        ann.gets(&format!("/admin/posts/{post}/edit")).await.text.contains(path.split('?').next().unwrap())
    );
    let found = ann.gets(&path).await.json();
    assert_eq!(found["found"], json!([{ "name": "cay", "is_group": false }]), "{found}");
    assert!(ann.posts(&reach, &chosen).await.json()["text"].as_str().unwrap().contains("1 person"));
    assert_eq!(ann.gets("/admin/people/suggestions?q=ca").await.status, 403, "for this post alone");
    for other in [&cay, &boss] {
        assert_eq!(other.gets(&path).await.status, 404);
        assert_eq!(other.posts(&reach, &chosen).await.status, 404);
    }
    pat.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "")]).await;
    assert_eq!(ann.gets(&path).await.status, 404, "there is nothing to edit");
}
