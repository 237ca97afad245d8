//! What an empty feed tells an administrator to do, and what of it is done.

use crate::support::{Draft, Person, TestApp, makes_group};

/// Each step, and whether it is ticked off.
async fn steps(person: &Person) -> Vec<(String, bool)> {
    let page = person.gets("/").await;
    let Some(list) = page.text.split("class=\"first-steps\"").nth(1) else { return Vec::new() };
    let list = list.split("</ol>").next().unwrap();
    let items = list.split("<li").skip(1).map(|item| {
        let name = item.split("<a href=\"").nth(1).map_or("", |link| link.split('"').next().unwrap());
        (name.to_owned(), item.starts_with(" data-done"))
    });
    items.collect()
}

#[tokio::test]
async fn an_empty_feed_tells_an_admin_what_to_do_and_ticks_off_what_is_done() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let done = async || {
        let done: Vec<_> =
            steps(&boss).await.into_iter().filter(|(_, done)| *done).map(|(name, _)| name).collect();
        done.join(" ")
    };

    assert_eq!(steps(&boss).await.len(), 5);
    assert_eq!(done().await, "");
    let ann = app.member("ann").await;
    assert_eq!(done().await, "/admin/invitations");
    assert!(steps(&ann).await.is_empty(), "it is nothing for members");
    makes_group(&boss, "Crew", &["ann"]).await;
    assert_eq!(done().await, "/admin/invitations /admin/groups");
    // On PostgreSQL, copies are made by others.
    if app.database().starts_with("sqlite") {
        let copy = app.folder.path().join("copy.db");
        assert_eq!(app.runs(&["backup", copy.to_str().unwrap()], "").await.code, Some(0));
        assert!(steps(&boss).await.last().unwrap().1, "the last step is the backup");
    }
    assert!(boss.gets("/?unread=1").await.text.contains("Nothing unread"));

    boss.publishes(Draft::news("The first")).await;
    assert!(steps(&boss).await.is_empty(), "the post takes its place");
}
