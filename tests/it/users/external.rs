//! External people: from outside, and named so wherever their role is.

use super::page_of;
use crate::audit::table;
use crate::support::{Draft, TestApp, tags};

#[tokio::test]
async fn an_admin_says_who_is_external_and_their_streams_begin_anew() {
    let app = TestApp::start().await;
    let (boss, ann) = (app.admin("boss").await, app.member("ann").await);
    let page = page_of(&boss, "ann").await;
    let external = format!("{page}/external");
    let is_ticked = |text: &str| {
        let mut boxes = tags(text, "<input").filter(|tag| tag.contains("name=\"external\""));
        boxes.next().unwrap().contains(" checked")
    };
    assert!(!is_ticked(&boss.gets(&page).await.text));

    for (fields, is_external) in [(&[("external", "on")][..], true), (&[], false)] {
        let mut stream = ann.opens_stream().await;

        let saved = boss.posts_and_sees(&external, fields).await.text;

        assert_eq!((is_ticked(&saved), saved.contains("Member, external")), (is_external, is_external));
        let list = boss.gets("/admin/people").await.text;
        assert_eq!(list.contains("Member, external"), is_external);
        assert_eq!(stream.says_bye().await, "revoked");
        assert!(ann.is_signed_in().await);
        // Said again, it changes nothing.
        let mut stream = ann.opens_stream().await;
        assert_eq!(boss.posts(&external, fields).await.status, 303);
        let post = boss.publishes(Draft::news("For her").to(&["ann"])).await;
        assert_eq!(stream.next_post().await, post);
    }
    let rows = table(&boss, "?act=external").await;
    let told: Vec<_> = rows.iter().map(|row| (row[7].as_str(), row[8].as_str())).collect();
    assert_eq!(told, [("ann", "external"), ("ann", "not external")]);
    assert_eq!(ann.posts(&external, &[]).await.status, 403);
}
