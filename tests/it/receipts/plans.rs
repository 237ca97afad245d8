//! Nothing that is read, counted or marked looks through all receipts, or all posts, on either database.

use serde_json::json;

use crate::support::{Draft, Role, TestApp, plan, scanned, statements};

const POSTS: usize = 5_000;

/// Tables that grow with the years; of audiences, other tests hold the plans.
const GROWING: [&str; 5] = ["receipts", "readers", "markings", "posts", "users"];

#[tokio::test]
async fn nothing_that_is_counted_or_marked_looks_through_a_whole_table() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let n = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {POSTS})");
    for statement in [
        format!(
            "INSERT INTO posts (number, author_id, kind, title, body, html, audience, published_ms, told) {n} \
             SELECT i - 10000, 1, 'news', 'Title', '', '', 'everyone', i, i - 10000 FROM n"
        ),
        format!(
            "INSERT INTO audiences (number, scope, subject, urgency, from_number) {n} \
             SELECT i - 10000, 'everyone', 0, 'news', i - 10000 FROM n"
        ),
        format!(
            "INSERT INTO users (name, name_key, role, disabled, created_ms, password_hash, external) {n} \
             SELECT 'p' || i, 'p' || i, 'member', FALSE, 1, '', FALSE FROM n"
        ),
        "INSERT INTO readers (user_id, read_through, marked_rev, rev) SELECT id, 0, 0, 0 FROM users \
         WHERE id NOT IN (SELECT user_id FROM readers)"
            .into(),
        // Everybody has read something, and one person very much, of which they put a part back.
        "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
         SELECT (SELECT id FROM users WHERE name = 'ann'), id, number, 0, id % 100 = 0, id, 1 FROM posts"
            .into(),
        "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
         SELECT id, 1, -9999, 0, FALSE, id, 1 FROM users WHERE name LIKE 'p%'"
            .into(),
        "INSERT INTO markings (user_id, rev, posts, at_ms) SELECT id, 1, '1', 9000000000000 FROM users"
            .into(),
        format!("UPDATE state_counter SET last_rev = {}", 3 * POSTS),
        "ANALYZE".into(),
    ] {
        app.sql(&statement).await;
    }
    app.stop().await;
    app.restart().await;
    let (boss, ann) = (app.signs_in(&boss.name).await, app.signs_in("ann").await);
    let before = app.logs().len();

    let mut stream = ann.opens_stream().await;
    stream.next("receipts").await;
    let post = boss.publishes(Draft::news("New")).await;
    boss.publishes(Draft::news("Newer")).await;
    stream.next_posts(2).await;
    ann.marks(post, true).await;
    stream.next("receipts").await;
    ann.reads_unread().await;
    ann.marks(post, false).await;
    ann.opens(post, &[("Sec-Fetch-Dest", "document")]).await;
    let page = ann.gets("/").await;
    let undo = ann.marks_all(&page).await;
    ann.acts(&format!("{undo}/removal"), &[]).await;
    for path in ["snooze", "snooze/removal", "snooze"] {
        let snoozed = ann.acts(&format!("/posts/{post}/{path}"), &[("until", "tomorrow")]).await;
        assert_eq!(snoozed.status, 204, "{snoozed:?}");
    }
    assert!(ann.gets("/?snoozed=1").await.text.contains("Snoozed until"));
    let through = page.field("through");
    let alerts = [("through", through.as_str()), ("kind", "news")];
    assert_eq!(ann.acts("/readings", &alerts).await.status, 204);

    let statements = statements(&app.logged_since(before).await);
    assert!(statements.iter().any(|sql| sql.contains("receipts")), "{statements:#?}");
    for statement in statements {
        let plan = plan(&app, &statement).await;
        let scanned: Vec<_> =
            scanned(&plan).into_iter().filter(|table| GROWING.contains(&table.as_str())).collect();
        assert!(scanned.is_empty(), "{scanned:?}: {statement}\n{plan}");
    }
}

#[tokio::test]
async fn ten_thousand_receipts_are_told_as_the_latest_few_hundred() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let post = boss.publishes(Draft::news("The one that is not read")).await;
    let id: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'ann'").await.try_get_by_index(0).unwrap();
    let n = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)";
    for statement in [
        format!(
            "INSERT INTO posts (number, author_id, kind, title, body, html, audience, published_ms, told) {n} \
             SELECT last_id + i, 1, 'news', 'Title', '', '', 'everyone', i, last_id + i FROM n, counter"
        ),
        format!(
            "INSERT INTO audiences (number, scope, subject, urgency, from_number) {n} \
             SELECT last_id + i, 'everyone', 0, 'news', last_id + i FROM n, counter"
        ),
        format!(
            "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
             SELECT {id}, id, number, number, FALSE, id, 1 FROM posts WHERE id > {post}"
        ),
    ] {
        app.sql(&statement).await;
    }

    let ann = app.signs_in("ann").await;
    let told = ann.opens_stream().await.next("receipts").await.data;

    assert_eq!(told["unread"], 1);
    let posts = told["posts"].as_object().unwrap();
    assert_eq!(posts.len(), 201, "the latest, and what is not read");
    assert_eq!(
        posts[&post.to_string()],
        json!({ "read": false, "acknowledged": false, "answer": null, "snoozed_until": null })
    );
    assert!(
        posts
            .values()
            .filter(|post| **post
                == json!({ "read": true, "acknowledged": false, "answer": null, "snoozed_until": null }))
            .count()
            == 200
    );
}
