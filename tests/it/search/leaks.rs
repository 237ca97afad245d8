//! What somebody may not see changes nothing of what they are answered.

use super::{has_posts, link, words_are_kept};
use crate::support::{Draft, Page, Person, Program, Role, TestApp, attribute, tags};

/// Two databases that differ in what is hidden from Ann: what it says, who wrote it, how urgent it is.
async fn differ(app: &TestApp, title: &str, is_alert: bool) -> (Person, Program) {
    let boss = app.admin("boss").await;
    app.signs_up("ben", Role::Publisher).await;
    app.signs_up("ann", Role::Member).await;
    let ann: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'ann'").await.try_get_by_index(0).unwrap();
    has_posts(app, -50_000..-49_900, "Needle of old", "everyone", 0).await;
    has_posts(app, -30_000..-29_800, title, "person", 999).await;
    has_posts(app, -900..-750, "Common news", "everyone", 0).await;
    has_posts(app, -700..-450, title, "person", 999).await;
    has_posts(app, -400..-395, "Common needle", "person", ann).await;
    words_are_kept(app).await;
    for post in 0..3 {
        boss.publishes(Draft::news("Common last")).await;
        let draft = if is_alert { Draft::alert("critical", title) } else { Draft::news(title) };
        let by = if is_alert { boss.clone() } else { app.signs_in("ben").await };
        by.publishes(draft.body(&format!("needle {post}").replace("needle", title)).to(&["boss"])).await;
    }
    if is_alert {
        app.sql("UPDATE audiences SET urgency = 'critical' WHERE subject = 999").await;
    }
    app.sql("UPDATE posts SET published_ms = 1000000000000 + number").await;
    (app.signs_in("ann").await, Program::of(app, "ann", "stream").await)
}

/// The page without what is random: which timeline it is of, and the check of its events.
fn without_chance(page: &Page) -> String {
    let mut text = page.text.clone();
    let feed = tags(&page.text, "<post-feed").next().unwrap_or_default();
    for value in [attribute(feed, "data-cursor").to_owned(), page.field("through")] {
        text = text.replace(&value, "CURSOR");
    }
    // The styles and scripts of a build have its name in their addresses, which both have.
    text
}

#[tokio::test]
async fn two_databases_that_differ_in_what_is_hidden_answer_alike_byte_for_byte() {
    let (one, other) = (TestApp::start().await, TestApp::start().await);
    let (ann, program) = differ(&one, "Needle hidden", false).await;
    let (also_ann, other_program) = differ(&other, "Unicorn", true).await;

    let mut addresses: Vec<String> = [
        "/",
        "/?q=needle",
        "/?q=unicorn",
        "/?q=hidden",
        "/?q=common",
        "/?q=common+-needle",
        "/?q=-needle",
        "/?q=-unicorn",
        "/?q=n",
        "/?q=u",
        "/?q=%22needle+hidden%22",
        "/?from=boss",
        "/?from=ben",
        "/?q=needle&from=boss",
        "/?kind=alert",
        "/?severity=critical&q=unicorn",
        "/?since=2001-09-09",
        "/?until=2001-09-08",
        "/?q=needle&until=2001-09-09",
        "/?unread=1",
        "/?unread=1&q=needle",
        "/?unread=1&q=unicorn",
        "/?q=needle&before=-460",
        "/?q=unicorn&before=-29900",
        "/?q=last",
        "/?q=zzz",
    ]
    .map(str::to_owned)
    .into();
    let mut asked = 0;
    while let Some(address) = addresses.pop() {
        let (page, also) = (ann.gets(&address).await, also_ann.gets(&address).await);
        assert_eq!((page.status, also.status), (200, 200), "{address}");
        assert_eq!(without_chance(&page), without_chance(&also), "{address}");
        asked += 1;
        // Where a page leads to is asked, too.
        addresses.extend(["older-link", "search-older-link"].iter().filter_map(|class| link(&page, class)));
        assert!(asked < 200, "the pages end");
    }
    for query in ["q=needle", "q=unicorn", "q=common", "from=ben", "kind=alert&q=n", "q=-needle&limit=100"] {
        let address = format!("/api/v1/posts?{query}");
        assert_eq!(program.gets(&address).await.text, other_program.gets(&address).await.text, "{address}");
    }
    for post in 1..=600 {
        let row = format!("/posts/{post}/row?q=needle");
        if post % 40 == 0 || post > 580 {
            assert_eq!(ann.gets(&row).await.status, also_ann.gets(&row).await.status, "{row}");
        }
    }
}
