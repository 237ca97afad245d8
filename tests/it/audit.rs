//! The audit log: who did what, from where, and what came of it, for admins alone, and unchangeable.

mod entries;
mod long;
mod page;

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectionTrait, DatabaseBackend};

use crate::support::{Draft, Person, TestApp, eventually, new_word};

/// The rows of the table, oldest first, without its titles; a cell is what stands between quotes.
pub async fn table(admin: &Person, query: &str) -> Vec<Vec<String>> {
    let page = admin.gets(&format!("/admin/audit.csv{query}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    assert!(page.header("content-type").starts_with("text/csv"));
    assert!(page.header("content-disposition").starts_with("attachment"));
    let lines = page.text.lines().skip(1);
    let cells = |line: &str| -> Vec<String> {
        line[1..line.len() - 1].split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
    };
    let mut rows: Vec<_> = lines.map(cells).collect();
    rows.reverse();
    rows
}

/// The statement that writes an entry from before this test.
fn old_entry(id: i64, at_ms: u128) -> String {
    format!(
        "INSERT INTO audit (id, at_ms, act, outcome, user_id, who, who_key, via, about, about_key, detail, times) \
         VALUES ({id}, {at_ms}, 'publish', 'done', 1, 'Old', 'old', 'page', 'post {id}', 'post {id}', '', 1)"
    )
}

#[tokio::test]
async fn a_flood_of_failures_is_a_few_entries_that_count_them() {
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;

    for _ in 0..40 {
        assert_eq!(ann.gets("/admin/people").await.status, 403);
    }
    // What was counted is written when the server stops, too.
    assert_eq!(app.stop().await, Some(0));
    app.restart().await;

    let boss = app.admin("boss").await;
    let rows = table(&boss, "?act=access").await;
    assert!(rows.len() <= 4, "{rows:?}");
    assert_eq!(rows.iter().map(|row| row[9].parse::<u32>().unwrap()).sum::<u32>(), 40);
}

#[tokio::test]
async fn a_change_that_fails_leaves_no_entry() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let before = table(&boss, "").await.len();

    let page = boss
        .posts("/admin/people", &[("username", "BOSS"), ("password", &new_word()), ("role", "member")])
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(boss.posts("/admin/people/1/access", &[("access", "disabled")]).await.status, 422);
    assert_eq!(boss.sends(&Draft::news("x").to(&["nobody"])).await.status, 422);

    assert_eq!(table(&boss, "").await.len(), before);
}

#[tokio::test]
async fn tampering_with_the_audit_log_is_refused_by_the_database() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let before = table(&boss, "").await;
    let database = app.opens_database().await;

    let replaced = format!("{} ON CONFLICT (id) DO UPDATE SET who = 'somebody else'", old_entry(1, 1));
    let own = match database.get_database_backend() {
        DatabaseBackend::Postgres => "TRUNCATE audit".to_owned(),
        _ => old_entry(1, 1).replace("INSERT", "REPLACE"),
    };

    for attack in [
        "UPDATE audit SET who = 'somebody else'",
        "UPDATE audit SET times = 0 WHERE id = 1",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE id = 1",
        &replaced,
        &own,
    ] {
        let refused = database.execute_unprepared(attack).await.unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{attack}: {refused}");
    }
    assert_eq!(table(&boss, "").await, before);
}

#[tokio::test]
async fn old_entries_go_when_their_time_has_come() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    for (id, days) in [(1001, 40), (1002, 20)] {
        app.sql(&old_entry(id, now - days * 24 * 60 * 60 * 1000)).await;
    }
    assert_eq!(table(&boss, "?name=old").await.len(), 2);

    app.stop().await;
    app.restart_with(&["--keep-audit", "30d"]).await;

    let rows = eventually("the old one goes", async || {
        let rows = table(&boss, "?name=old").await;
        (rows.len() == 1).then_some(rows)
    });
    assert_eq!(rows.await[0][0], "1002");
}

#[tokio::test]
async fn only_admins_see_the_audit_log() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;

    for path in ["/admin/audit", "/admin/audit.csv"] {
        let statuses = (
            boss.gets(path).await.status,
            ann.gets(path).await.status,
            app.visitor().gets(path).await.status,
        );
        assert_eq!(statuses, (200, 403, 303), "{path}");
    }
}
