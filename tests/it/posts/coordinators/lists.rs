//! Where coordinators find what they coordinate: in their menu and in their list of posts.

use super::coordinated;
use crate::support::{Draft, Person, TestApp, makes_group};

/// Whether the menu of their pages leads to their posts.
async fn has_posts_in_menu(person: &Person) -> bool {
    let page = person.gets("/").await.text;
    let menu = page.split("<nav class=\"menu\"").nth(1).unwrap().split("</nav>").next().unwrap();
    menu.contains("href=\"/admin/posts\"")
}

#[tokio::test]
async fn members_find_in_the_menu_what_they_coordinate() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let group = makes_group(&boss, "Safety", &["ann"]).await;
    assert!(!has_posts_in_menu(&ann).await);
    let page = ben.gets("/admin/posts").await.text;
    assert!(
        page.contains("href=\"/admin/posts\" aria-current=\"page\""),
        "whoever is there sees where they are"
    );

    let post = pat.publishes(coordinated("Leave building C", "boss", "Safety")).await;

    assert_eq!((has_posts_in_menu(&ann).await, has_posts_in_menu(&ben).await), (true, false));
    assert!(!has_posts_in_menu(&pat).await, "publishers have them beside the form");
    for path in
        [format!("/posts/{post}"), format!("/admin/posts/{post}/edit"), format!("/admin/posts/{post}/roster")]
    {
        let page = ann.gets(&path).await.text;
        assert!(page.contains("href=\"/admin/posts\" aria-current=\"page\""), "{path}");
        let page = pat.gets(&path).await.text;
        let section = if path.starts_with("/posts") { "/" } else { "/admin/posts/new" };
        assert!(page.contains(&format!("href=\"{section}\" aria-current=\"page\"")), "{path}: {page}");
    }
    ann.posts(&format!("/admin/posts/{post}/coordinators"), &[("coordinators", "ben")]).await;
    assert_eq!((has_posts_in_menu(&ann).await, has_posts_in_menu(&ben).await), (false, true));
    pat.posts(&format!("/admin/posts/{post}/coordinators"), &[("coordinators", "Safety")]).await;
    assert_eq!((has_posts_in_menu(&ann).await, has_posts_in_menu(&ben).await), (true, false));
    boss.posts(&format!("{group}/removal"), &[]).await;
    assert!(!has_posts_in_menu(&ann).await);
    app.runs(&["user", "role", "pat", "member"], "").await;
    let pat = app.signs_in("pat").await;
    assert!(has_posts_in_menu(&pat).await, "who wrote something keeps it");
}

#[tokio::test]
async fn what_one_coordinates_stands_in_ones_list_of_posts_in_its_place() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, ann) = (app.publisher("pat").await, app.publisher("ann").await);
    makes_group(&boss, "Safety", &["ann"]).await;
    makes_group(&boss, "Fire", &["ann", "pat"]).await;
    pat.publishes(coordinated("One", "boss", "Safety")).await;
    ann.publishes(Draft::news("Two")).await;
    pat.publishes(coordinated("Three", "boss", "Fire")).await;
    let four = pat.publishes(coordinated("Four", "boss", "ann")).await;
    pat.publishes(coordinated("Not hers", "boss", "pat")).await;

    assert_eq!(ann.lists_posts("").await, ["Four", "Three", "Two", "One"]);
    assert_eq!(pat.lists_posts("").await, ["Not hers", "Four", "Three", "One"], "each once");
    let page = ann.gets("/admin/posts").await.text;
    assert_eq!(page.matches("you coordinate it").count(), 3, "{page}");
    ann.posts(&format!("/admin/posts/{four}/resolution"), &[]).await;
    assert_eq!(ann.lists_posts("?state=over").await, ["Four"]);
    assert_eq!(ann.lists_posts("?state=open").await, ["Three", "One"]);
}
