//! What a search costs does not grow with how much there is: its plans, on either database.

use super::{has_posts, words_are_kept};
use crate::support::{Program, Role, TestApp, plan, scanned, statements};

/// Tables that grow with the years; of people and groups, other tests hold the plans.
const GROWING: [&str; 4] = ["posts", "audiences", "receipts", "post_words"];

#[tokio::test]
async fn no_search_looks_through_a_whole_table() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    has_posts(&app, -30_000..-26_000, "Common news of old", "everyone", 0).await;
    has_posts(&app, -2_000..0, "Common news", "everyone", 0).await;
    app.sql("UPDATE readers SET read_through = -1000000 WHERE user_id <> 1").await;
    // An empty table is read as a whole, and rightly so.
    app.sql(
        "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
         SELECT 1, id, number, 0, FALSE, id, 1 FROM posts",
    )
    .await;
    app.sql("UPDATE state_counter SET last_rev = 100000").await;
    words_are_kept(&app).await;
    app.sql("ANALYZE").await;
    let program = Program::of(&app, "ann", "stream").await;
    app.stop().await;
    app.restart().await;
    let ann = app.signs_in("ann").await;
    let program = program.at(&app);
    let before = app.logs().len();

    for query in [
        "q=common",
        "q=nothing",
        "q=common+-old",
        "q=-common",
        "from=boss",
        "from=boss&q=common&kind=news",
        "kind=alert&q=common",
        "since=2001-09-09&until=2001-09-10",
        "since=2001-09-09&q=common",
        "q=%22common+news%22&before=-500",
        "unread=1&q=common",
        "unread=1&from=boss&since=2001-09-08",
    ] {
        assert_eq!(ann.gets(&format!("/?{query}")).await.status, 200, "{query}");
        assert_eq!(program.gets(&format!("/api/v1/posts?{query}")).await.status, 200, "{query}");
    }

    let asked = statements(&app.logged_since(before).await);
    for table in ["post_words", "audiences", "word_filling"] {
        assert!(asked.iter().any(|sql| sql.contains(table)), "{table}: {asked:#?}");
    }
    for statement in asked {
        let plan = plan(&app, &statement).await;
        // What SQLite's index of words is asked by a match is no scan, though it says so.
        let scanned = scanned(&plan).into_iter().filter(|table| GROWING.contains(&table.as_str()));
        let is_match = |table: &String| {
            table == "post_words" && plan.contains("VIRTUAL TABLE INDEX") && plan.contains("M")
        };
        let scanned: Vec<_> = scanned.filter(|table| !is_match(table)).collect();
        assert!(scanned.is_empty(), "{scanned:?}: {statement}\n{plan}");
    }
}
