//! What the open pages of coordinators are told.

use serde_json::json;

use super::coordinated;
use crate::{
    posts::acknowledging::asks,
    support::{Draft, TestApp, makes_group},
};

#[tokio::test]
async fn an_open_roster_is_told_to_who_coordinates_and_not_once_they_have_left() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, cay, dee) = (app.member("ann").await, app.member("cay").await, app.member("dee").await);
    makes_group(&boss, "Safety", &["ann", "boss"]).await;
    let post =
        pat.publishes(asks("Leave building C").to(&["cay", "dee"]).with("coordinators", "Safety")).await;
    let mut open = ann.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    let mut other = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    other.says_hello().await;

    cay.has_seen(post, "one").await;
    while open.next("roster").await.data["acknowledged"] != 1 {}
    app.runs(&["group", "leave", "Safety", "ann"], "").await;
    let gone = json!({ "post": post, "gone": true });
    assert_eq!(open.next("roster").await.data, gone);
    dee.has_seen(post, "two").await;

    while other.next("roster").await.data["acknowledged"] != 2 {}
    boss.publishes(Draft::news("After")).await;
    loop {
        let event = open.next_event().await.unwrap();
        assert_ne!(event.name, "roster", "{event:?}");
        if event.name == "post" {
            break;
        }
    }
}

/// A page that was cut off shows what it was told before; what is not there looks like what is not theirs.
#[tokio::test]
async fn who_left_while_their_stream_was_cut_is_told_so_and_is_told_all_when_they_are_back() {
    let app = TestApp::start().await;
    let (pat, ann, cay) = (app.publisher("pat").await, app.member("ann").await, app.member("cay").await);
    makes_group(&app.admin("boss").await, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "cay", "Safety")).await;
    app.runs(&["group", "leave", "Safety", "ann"], "").await;

    let mut open = ann.streams_from(&format!("/stream?watch=roster:{post},roster:999"), &[]).await;

    open.says_hello().await;
    for post in [post, 999] {
        assert_eq!(open.next("roster").await.data, json!({ "post": post, "gone": true }));
    }
    cay.has_seen(post, "one").await;
    app.runs(&["group", "join", "Safety", "ann"], "").await;
    let told = open.next("roster").await.data;
    assert_eq!((&told["acknowledged"], &told["people"][0]["name"]), (&json!(1), &json!("cay")), "{told}");
}

#[tokio::test]
async fn who_coordinates_from_outside_is_told_when_the_post_has_changed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let ann = app.member("ann").await;
    app.member("cay").await;
    makes_group(&boss, "Safety", &["ann"]).await;
    let post = pat.publishes(coordinated("Leave building C", "cay", "Safety")).await;
    let page = ann.gets(&format!("/posts/{post}")).await.text;
    assert!(page.contains(&format!("board=\"roster:{post}\"")), "{page}");
    assert!(!pat.gets(&format!("/posts/{post}")).await.text.contains("board=\""), "the log tells the others");
    let mut open = ann.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    assert_eq!(open.next("roster").await.data["version"], 1);

    let edit = [("version", "1"), ("kind", "alert"), ("severity", "warning"), ("title", "Leave building D")];
    assert_eq!(pat.posts(&format!("/admin/posts/{post}"), &edit).await.status, 303);
    let told = open.next_event().await.unwrap();
    assert_eq!((told.name.as_str(), &told.data["version"]), ("roster", &json!(2)), "{told:?}");
    assert!(!told.data.to_string().contains("building"), "what it says is on the page alone");
    pat.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "")]).await;
    let told = open.next_event().await.unwrap();
    assert_eq!((&told.data["version"], &told.data["outstanding"]), (&json!(3), &json!(0)), "{told:?}");
    pat.posts(&format!("/admin/posts/{post}/resolution/removal"), &[]).await;
    assert_eq!(open.next("roster").await.data["outstanding"], 1);
    app.runs(&["user", "disable", "cay"], "").await;
    assert_eq!(open.next("roster").await.data["outstanding"], 0, "nobody can be asked");
}
