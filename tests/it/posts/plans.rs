//! Nothing that somebody reads, follows or publishes looks through a whole table, on either database.

use super::super::groups::posts::for_groups;
use super::changes::{alert, edits, publishes};
use crate::support::{Draft, Program, TestApp, has_people, makes_group, plan, scanned, statements};

/// More events than memory has after a start, so that what is older comes from the table.
const POSTS: usize = 4_000;

/// Tables that grow with the years.
const GROWING: [&str; 9] = [
    "posts",
    "events",
    "users",
    "audiences",
    "memberships",
    "audit",
    "reminder_schedules",
    "escalation_steps",
    "deliveries",
];

/// Writes posts as publishing does: for everyone, for a group and for one person in turn, some of them alerts.
async fn has_posts(app: &TestApp) {
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {POSTS})");
    // As long as texts are, so that reading all of them is no bargain.
    let html = "x".repeat(1000);
    let severity = "CASE WHEN i % 9 = 0 THEN 'critical' END";
    let urgency = "CASE WHEN i % 9 = 0 THEN 'critical' ELSE 'news' END";
    let kind = "CASE WHEN i % 9 = 0 THEN 'alert' ELSE 'news' END";
    let scope = "CASE i % 3 WHEN 0 THEN 'everyone' WHEN 1 THEN 'group' ELSE 'person' END";
    let subject = "CASE i % 3 WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 1 + i % 50 END";
    for statement in [
        format!(
            "INSERT INTO posts (number, author_id, kind, severity, title, body, html, audience, published_ms) \
             {numbers} SELECT last_id + i, 1 + i % 7, {kind}, {severity}, 'Title', '', '{html}', {scope}, i FROM n, counter"
        )
        .replace("'person'", "'people'")
        .replace("'group'", "'groups'"),
        format!(
            "INSERT INTO audiences (number, scope, subject, urgency, from_number) \
             {numbers} SELECT last_id + i, 'author', 1 + i % 7, {urgency}, last_id + i FROM n, counter"
        ),
        format!(
            "INSERT INTO audiences (number, scope, subject, urgency, from_number) \
             {numbers} SELECT last_id + i, {scope}, {subject}, {urgency}, last_id + i FROM n, counter"
        ),
        // Each has changed since.
        format!(
            "INSERT INTO events (id, nonce, kind, change, post_id, created_ms) SELECT number + {POSTS}, number, 'change', \
             'edited', id, (SELECT max(created_ms) FROM users) FROM posts WHERE number > (SELECT last_id FROM counter)"
        ),
        format!("UPDATE posts SET told = number, changed = number + {POSTS}, version = 2"),
        format!("UPDATE audiences SET changed = number + {POSTS}"),
        // As old as this test: what is older is removed at the next start.
        "INSERT INTO events (id, nonce, kind, post_id, created_ms) SELECT number, number, 'post', posts.id, \
         (SELECT max(created_ms) FROM users) FROM posts WHERE number > (SELECT last_id FROM counter)"
            .into(),
        "UPDATE counter SET last_id = (SELECT max(id) FROM events)".into(),
        "INSERT INTO memberships (group_id, user_id, from_number) SELECT 1, id, 1 FROM users".into(),
        "UPDATE groups SET members = (SELECT count(*) FROM users) WHERE id = 1".into(),
        format!(
            "INSERT INTO audit (at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) {numbers} \
             SELECT i, 'sign-in', 'done', 'ann', 'ann', 'page', 'ann', 'ann', '', 1 FROM n"
        ),
        // Each has reminded and escalated as much as it was to.
        "INSERT INTO reminder_schedules (post_id, every_minutes, times, sent) SELECT id, 5, 12, 12 FROM posts".into(),
        "INSERT INTO escalation_steps (post_id, step, name, after_minutes, unless) SELECT id, 1, '', 5, 'any' FROM posts"
            .into(),
        "INSERT INTO deliveries (number, user_id, at_ms) SELECT number, 1 + number % 50, (SELECT max(created_ms) FROM users) \
         FROM posts"
            .into(),
        "ANALYZE".into(),
    ] {
        app.sql(&statement).await;
    }
}

#[tokio::test]
async fn nothing_that_is_read_followed_or_published_looks_through_a_whole_table() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    has_people(&mut app, 2_000).await;
    let boss = app.signs_in(&boss.name).await;
    makes_group(&boss, "Crew", &[]).await;
    let early = boss.reads_feed().await.cursor;
    has_posts(&app).await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    app.stop().await;
    app.restart().await;
    let boss = app.signs_in("boss").await;
    let before = app.logs().len();

    let last = boss.publishes(Draft::alert("critical", "Now")).await;
    boss.publishes(for_groups("For some", &["Crew"]).and("except", "boss")).await;
    boss.posts(&format!("/admin/posts/{last}/resolution"), &[]).await;
    let by_program = publishes(&program, &alert("warning", "By a program")).await;
    edits(&program, by_program, serde_json::json!({ "severity": "info" })).await;
    for path in
        ["/", "/?before=3000", &format!("/posts/{last}"), "/alerts", "/admin/audit?name=boss&act=publish"]
    {
        assert_eq!(boss.gets(path).await.status, 200, "{path}");
    }
    for query in ["", "?before=3000&limit=5", "?kind=news", "?kind=alert&severity=critical"] {
        assert_eq!(program.gets(&format!("/api/v1/posts{query}")).await.status, 200, "{query}");
    }
    // From the table, as long as memory does not reach back; a page is too far behind, a program is not.
    let mut stream = program.follows(&early).await;
    let is_theirs = |i: &usize| i % 3 != 2 || i.is_multiple_of(7) || i.is_multiple_of(50);
    let mut posts = 0;
    loop {
        let event = stream.next_news().await;
        posts += usize::from(event.name == "post");
        if event.post() == last {
            break;
        }
    }
    assert_eq!(posts, (1..=POSTS).filter(is_theirs).count() + 1);
    boss.follows(&early).await;
    boss.posts("/admin/groups/1/members", &[("people", "boss")]).await;

    let asked = statements(&app.logged_since(before).await);
    for table in ["audiences", "memberships", "events", "posts", "reminder_schedules", "escalation_steps"] {
        assert!(asked.iter().any(|sql| sql.contains(table)), "{table}: {asked:?}");
    }
    let mut whole = vec![];
    for statement in asked.iter().filter(|statement| !is_an_end(statement)) {
        let plan = plan(&app, statement).await;
        let tables = scanned(&plan).into_iter().filter(|table| GROWING.contains(&table.as_str()));
        whole.extend(tables.map(|table| format!("{table} by {statement}\n{plan}")));
    }
    assert!(whole.is_empty(), "{}", whole.join("\n\n"));
}

/// Whether it asks for the first or last rows by the table's own key, which SQLite calls a scan too: it ends with them.
fn is_an_end(statement: &str) -> bool {
    let by_key = statement.contains("ORDER BY \"events\".\"id\"");
    by_key && statement.contains("LIMIT") && !statement.contains("WHERE")
}
