//! No list reads a whole table, on either database.

use crate::support::{Draft, TestApp, has_people, makes_group, plan, scanned, statements};

#[tokio::test]
async fn no_list_and_no_picker_reads_a_table_of_people_groups_or_names_from_end_to_end() {
    let mut app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    app.admin("boss").await;
    has_people(&mut app, 5_000).await;
    let boss = app.signs_in("boss").await;
    let large = makes_group(&boss, "Everybody", &[]).await;
    app.sql("INSERT INTO memberships (group_id, user_id, from_number) SELECT 1, id, 1 FROM users").await;
    app.sql("UPDATE groups SET members = (SELECT count(*) FROM users) WHERE id = 1").await;
    has_groups(&app, 3_000).await;
    let small = makes_group(&boss, "Night shift", &["boss"]).await;
    app.sql("ANALYZE").await;
    app.stop().await;
    app.restart().await;
    let boss = app.signs_in("boss").await;
    let before = app.logs().len();

    let lists = ["/admin/people", "/admin/groups", "/admin/tokens", "/admin/invitations", &large, &small];
    for list in lists {
        for query in ["", "?q=anna", "?q=an+mul+1", "?q=s&after=1c2a-7"] {
            assert_eq!(boss.gets(&format!("{list}{query}")).await.status, 200, "{list}{query}");
        }
    }
    assert_eq!(boss.gets("/admin/people/suggestions?q=an").await.status, 200);
    assert_eq!(boss.gets("/admin/people/suggestions?q=an+b&of=people").await.status, 200);
    let form = boss.gets("/admin/posts/new").await;
    assert_eq!(form.status, 200, "{form:?}");
    let chosen = Draft::news("x").to(&["boss"]).and("groups", "Night shift").and("except", "boss");
    for draft in [Draft::news("x"), Draft::news("x").with("external", "on"), chosen.clone()] {
        assert_eq!(boss.posts("/admin/posts/reach", &draft.fields()).await.status, 200, "{draft:?}");
    }
    let found =
        boss.posts("/admin/posts/draft", &chosen.with("then", "find").with("find", "an").fields()).await;
    assert_eq!(found.status, 200, "{found:?}");

    let asked = statements(&app.logged_since(before).await);
    assert!(asked.iter().any(|sql| sql.contains("search_names")), "{asked:?}");
    for statement in asked {
        let plan = plan(&app, &statement).await;
        for table in scanned(&plan) {
            let grows = ["users", "groups", "memberships", "search_names"];
            assert!(!grows.contains(&table.as_str()), "{table} by {statement}\n{plan}");
        }
    }
}

async fn has_groups(app: &TestApp, count: usize) {
    let row = |number| format!("('Team {number}', 'team {number}', 1)");
    let rows: Vec<_> = (0..count).map(row).collect();
    app.sql(&format!("INSERT INTO groups (name, name_key, created_ms) VALUES {}", rows.join(", "))).await;
    app.sql(
        "INSERT INTO memberships (group_id, user_id, from_number) SELECT groups.id, users.id, 1 FROM groups \
         JOIN users ON users.id = groups.id OR users.id = groups.id + 1 WHERE groups.id > 1",
    )
    .await;
}
