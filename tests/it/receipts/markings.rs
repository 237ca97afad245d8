//! Marking all that a page lists, and undoing it.

use crate::support::{Draft, Feed, TestApp};

#[tokio::test]
async fn marking_all_goes_up_to_what_the_page_held_and_is_undone_exactly() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let old = boss.publishes(Draft::news("Old")).await;
    ann.marks(old, true).await;
    let (a, b) = (boss.publishes(Draft::news("a")).await, boss.publishes(Draft::alert("warning", "b")).await);
    let page = ann.gets("/").await;
    let later = boss.publishes(Draft::news("Later")).await;
    let through = page.field("through");
    let fields = [("through", through.as_str())];

    let marked = ann.posts("/readings", &fields).await;

    assert_eq!(marked.status, 303);
    assert_eq!(ann.reads_unread().await, [later]);
    let said = ann.gets(marked.location()).await;
    assert!(said.text.contains("2 posts were marked as read"), "{}", said.text);
    let undo = marked.location().replace("/?marking=", "/readings/") + "/removal";
    assert!(said.text.contains(&format!("action=\"{undo}\"")), "{}", said.text);
    // Meanwhile another device reads one of them, and what came later.
    ann.opens(a, &[("Sec-Fetch-Dest", "document")]).await;
    ann.marks(later, true).await;
    let elsewhere = app.member("ben").await;
    assert_eq!(elsewhere.posts(&undo, &[]).await.status, 404, "it is somebody else's");

    assert_eq!(ann.posts(&undo, &[]).await.status, 303);
    assert_eq!(ann.reads_unread().await, [b]);
    ann.marks(b, true).await;
    assert_eq!(ann.posts(&undo, &[]).await.status, 303, "once more, and nothing is left of it");
    assert!(ann.reads_unread().await.is_empty());
}

#[tokio::test]
async fn only_what_the_open_filter_lists_is_marked() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let news = boss.publishes(Draft::news("News")).await;
    let alert = boss.publishes(Draft::alert("warning", "Alert")).await;
    let page = ann.gets("/?unread=1&kind=alert").await;
    assert_eq!(Feed::of(page).posts, [alert]);
    let page = ann.gets("/?unread=1&kind=alert").await;
    assert!(page.text.contains("Mark 1 as read"), "{}", page.text);

    let through = page.field("through");
    let fields = [("through", through.as_str()), ("kind", "alert"), ("unread", "1")];
    let marked = ann.posts("/readings", &fields).await;
    assert!(marked.location().starts_with("/?unread=1&kind=alert&marking="), "{marked:?}");
    assert_eq!(ann.reads_unread().await, [news]);

    let undo = format!("/readings/{}/removal", marked.location().rsplit('=').next().unwrap());
    ann.posts(&undo, &[]).await;
    assert_eq!(ann.reads_unread().await, [alert, news]);
    for through in ["", "x", "zzzzzzzzzzzz-99", "../../"] {
        assert_eq!(ann.acts("/readings", &[("through", through)]).await.status, 422, "{through}");
        let again = ann.posts_and_sees("/readings", &[("through", through)]).await;
        assert!(again.text.contains("Nothing was marked as read"), "{through}");
    }
    assert_eq!(ann.reads_unread().await, [alert, news]);
}

#[tokio::test]
async fn putting_back_beats_an_earlier_marking_and_a_later_one_beats_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Again and again")).await;
    let page = ann.gets("/").await;

    ann.marks_all(&page).await;
    ann.marks(post, false).await;
    assert_eq!(ann.reads_unread().await, [post]);
    let undo = ann.marks_all(&page).await;
    assert!(ann.reads_unread().await.is_empty());
    ann.acts(&format!("{undo}/removal"), &[]).await;
    assert_eq!(ann.reads_unread().await, [post]);
}
