//! A list that is longer than what is searched at once: the rest is searched when it is asked for.

use super::{has_posts, link, words_are_kept};
use crate::support::{Feed, Role, TestApp};

#[tokio::test]
async fn the_newest_are_searched_first_and_older_ones_when_it_is_asked_for() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    has_posts(&app, -90_000..-89_998, "Needle of old", "everyone", 0).await;
    has_posts(&app, -60_000..-59_850, "Hay of old", "everyone", 0).await;
    has_posts(&app, -150..0, "Hay", "everyone", 0).await;
    words_are_kept(&app).await;
    let ann = app.signs_in("ann").await;

    let mut page = ann.searches("needle").await;
    let mut looks = 1;
    while Feed::of(ann.gets("/?q=needle").await).posts.is_empty() {
        assert!(
            page.text.contains("Nothing found so far") || page.text.contains("data-post="),
            "{}",
            page.text
        );
        let Some(further) = link(&page, "search-older-link") else { break };
        page = ann.gets(&further).await;
        looks += 1;
    }

    assert_eq!(Feed::of(ann.gets("/?q=needle").await).posts.len(), 0, "not at once");
    assert_eq!(page.text.matches("<li id=\"post-").count(), 2, "{}", page.text);
    assert!(looks <= 4, "where there is nothing of theirs, nothing is searched: {looks}");
    assert_eq!(link(&page, "search-older-link"), None, "there is no more");
    assert_eq!(ann.lists("/?q=hay+-old").await.len(), 150);
    let last = ann.gets("/?q=hay&before=-59900").await;
    assert_eq!(last.text.matches("<li id=\"post-").count(), 30);
}

#[tokio::test]
async fn who_may_see_few_posts_has_all_of_them_searched_at_once() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let id: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'ann'").await.try_get_by_index(0).unwrap();
    for far in 1..=10 {
        has_posts(&app, -far * 100_000..-far * 100_000 + 1, "Rare news", "person", id).await;
    }
    has_posts(&app, -300..0, "News", "person", 999).await;
    words_are_kept(&app).await;
    let ann = app.signs_in("ann").await;

    let page = ann.searches("news").await;

    assert_eq!(page.text.matches("<li id=\"post-").count(), 10);
    assert_eq!(link(&page, "search-older-link"), None);
    assert!(ann.finds("rare -news").await.is_empty());
}
