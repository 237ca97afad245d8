//! Whether to tell somebody of a post is asked by everybody who gets it, at about the same time: it reads what is theirs and no
//! more, on either database.

use crate::support::{Draft, TestApp, makes_group, plan, scanned, statements};

const PEOPLE: usize = 1_500;

/// Tables that grow with people, or with the years.
const GROWING: [&str; 6] = ["quiet", "quiet_hours", "muted_groups", "users", "receipts", "posts"];

#[tokio::test]
async fn whether_to_tell_and_the_page_of_preferences_look_through_no_table() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    app.member("ann").await;
    makes_group(&boss, "Night shift", &["ann"]).await;
    app.stop().await;
    let n = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PEOPLE})");
    for statement in [
        format!(
            "INSERT INTO users (name, name_key, role, disabled, created_ms, password_hash, external) {n} \
             SELECT 'p' || i, 'p' || i, 'member', FALSE, 1, '', FALSE FROM n"
        ),
        "INSERT INTO quiet (user_id, mutes_news) SELECT id, FALSE FROM users".into(),
        "INSERT INTO quiet_hours (user_id, weekday, from_minute, to_minute) SELECT id, 1, 0, 1 FROM users"
            .into(),
        "INSERT INTO muted_groups (user_id, group_id) SELECT id, 1 FROM users".into(),
        "INSERT INTO memberships (group_id, user_id, from_number) \
         SELECT 1, id, 1 FROM users WHERE name LIKE 'p%'"
            .into(),
        format!(
            "INSERT INTO posts (number, author_id, kind, title, body, html, audience, published_ms, told) {n} \
             SELECT i - 10000, 1, 'news', 'Title', '', '', 'everyone', i, i - 10000 FROM n"
        ),
        "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
         SELECT (SELECT id FROM users WHERE name = 'ann'), id, number, 0, FALSE, id, 1 FROM posts"
            .into(),
        "ANALYZE".into(),
    ] {
        app.sql(&statement).await;
    }
    app.restart().await;
    let (boss, ann) = (app.signs_in("boss").await, app.signs_in("ann").await);
    let to_group = Draft::news("x").with("audience", "groups").and("groups", "Night shift");
    let post = boss.publishes(to_group).await;
    let before = app.logs().len();

    assert_eq!(ann.is_told(post).await, None, "her only group is muted");
    assert_eq!(ann.gets("/account/preferences").await.status, 200);
    ann.rules(&[("alerts", "all"), ("from-2", "22:00"), ("to-2", "07:00")]).await;
    assert!(ann.is_told(post).await.is_some());

    let asked = statements(&app.logged_since(before).await);
    assert!(asked.iter().any(|statement| statement.contains("\"muted_groups\"")), "{asked:#?}");
    for statement in asked {
        let plan = plan(&app, &statement).await;
        let scans = scanned(&plan);
        assert!(!scans.iter().any(|table| GROWING.contains(&table.as_str())), "{statement}\n{plan}");
    }
}
