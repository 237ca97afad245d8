//! What a roster of thousands costs.

use super::people;
use crate::{
    groups::posts::for_groups,
    posts::acknowledging::asks,
    support::{TestApp, has_people, makes_group, plan, scanned, statements, tags},
};

#[tokio::test]
async fn a_roster_of_thousands_is_paged_and_no_list_of_a_few_reads_them_all() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    app.admin("boss").await;
    has_people(&mut app, 3_000).await;
    let boss = app.signs_in("boss").await;
    let group = makes_group(&boss, "Night shift", &["boss"]).await;
    let group: i64 = group.rsplit('/').next().unwrap().parse().unwrap();
    app.sql(&format!(
        "INSERT INTO memberships (group_id, user_id, from_number) SELECT {group}, id, 1 FROM users WHERE id % 300 = 0"
    ))
    .await;
    let all = boss.publishes(asks("For all")).await;
    let few = boss.publishes(for_groups("For a few", &["Night shift"]).with("acknowledge", "on")).await;
    // Everybody has read something, so that it is worth not to look through it.
    app.sql(&format!(
        "INSERT INTO receipts (user_id, post_id, number, read_at, is_unread, rev, at_ms) \
         SELECT id, {all}, 1, 1, FALSE, id, 1 FROM users"
    ))
    .await;
    app.sql("ANALYZE").await;
    app.stop().await;
    app.restart().await;
    let boss = app.signs_in("boss").await;

    let page = boss.reads_roster(all, "").await;
    assert_eq!(people(&page).len(), 50);
    let next = tags(&page.text, "<a").find(|tag| tag.contains("rel=\"next\"")).unwrap();
    let next = next.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
    let second = boss.gets(&next).await;
    assert_eq!(people(&second).len(), 50);
    assert!(people(&page).iter().all(|one| !people(&second).contains(one)), "nobody twice");
    let table = boss.gets(&format!("/admin/posts/{all}/roster.csv?state=outstanding")).await;
    assert_eq!(table.text.lines().count(), 3_001, "all of them, each once");

    let before = app.logs().len();
    for query in
        ["", "?state=outstanding", "?state=acknowledged", "?state=apart", "?q=an", &format!("?group={group}")]
    {
        boss.reads_roster(few, query).await;
    }
    // How many have read something is a question about all of its people; PostgreSQL may join them to the table of users.
    let is_of_list = |sql: &String| sql.contains("audiences") && !sql.contains("read_through");
    let asked = statements(&app.logged_since(before).await).into_iter().filter(is_of_list);
    for statement in asked {
        let plan = plan(&app, &statement).await;
        let grows = ["users", "receipts", "search_names", "posts", "post_acts"];
        for table in scanned(&plan) {
            assert!(!grows.contains(&table.as_str()), "{table} by {statement}\n{plan}");
        }
    }
}
