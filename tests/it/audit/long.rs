//! A long audit log: a page costs what it shows, however rare what is looked for, and a table what it has.

use sea_orm::DatabaseBackend;

use super::table;
use crate::support::{TestApp, eventually};

const ENTRIES: i64 = 60_000;

/// An entry a minute until today: all by ann, but for one in a thousand, which is about bea and was refused, and for the
/// very first.
async fn fill(app: &TestApp) {
    app.sql(&format!(
        "INSERT INTO audit (at_ms, act, outcome, who, who_key, via, about, about_key, detail, times) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ENTRIES}), \
         t(now) AS (SELECT max(at_ms) FROM audit) \
         SELECT now - ({ENTRIES} + 1 - i) * CAST(60000 AS bigint), \
         CASE WHEN i = 1 THEN 'forgery' WHEN i % 1000 = 0 THEN 'role' ELSE 'publish' END, \
         CASE WHEN i % 1000 = 0 THEN 'refused' ELSE 'done' END, 'ann', 'ann', 'page', \
         CASE WHEN i % 1000 = 0 THEN 'Bea Berg' ELSE '' END, CASE WHEN i % 1000 = 0 THEN 'bea berg' ELSE '' END, \
         CAST(i AS text), 1 FROM n, t"
    ))
    .await;
}

#[tokio::test]
async fn whatever_is_looked_for_is_found_without_reading_the_log() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    fill(&app).await;
    // The words of names are filled in at the start after an upgrade.
    app.stop().await;
    app.sql("DELETE FROM audit_words").await;
    app.sql("ANALYZE audit").await;
    app.restart().await;
    let before = reads(&app).await;

    let count = async |query: &str| {
        let page = boss.gets(&format!("/admin/audit?{query}")).await;
        assert_eq!(page.status, 200, "{page:?}");
        page.text.matches("<time ").count()
    };
    let mut asked = 0;
    for (query, found) in [
        ("", 50),
        ("name=ann", 50),
        ("name=berg", 50),
        ("name=bea+b&act=role", 50),
        ("name=ann&act=forgery", 1),
        ("name=ann&outcome=refused", 50),
        ("name=bea+berg&outcome=done", 0),
        ("act=forgery", 1),
        ("act=role&outcome=refused", 50),
        ("outcome=refused&name=boss", 0),
        ("name=bea+berg&to=2000-01-01", 0),
        ("name=ann&to=2000-01-01&act=publish", 0),
        ("to=2000-01-01", 0),
    ] {
        assert_eq!(count(query).await, found, "{query}");
        asked += 1;
    }
    let oldest = table(&boss, "?act=forgery").await.remove(0);
    assert_eq!(oldest[8], "1");
    let day = &oldest[1][..10];
    assert!(count(&format!("from={day}&to={day}&name=ann")).await > 0);

    let Some(before) = before else { return };
    let after = eventually("the server counts what it read", async || {
        reads(&app).await.filter(|now| now.lookups >= before.lookups + asked)
    })
    .await;
    assert_eq!(after.scanned, before.scanned, "no query reads the table from end to end");
    assert!(after.found - before.found < 20_000, "{before:?} {after:?}");
}

#[tokio::test]
async fn the_table_of_one_name_has_each_of_its_entries_once() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    fill(&app).await;

    let rows = table(&boss, "?name=ann&act=publish&outcome=done").await;
    let numbers: Vec<i64> = rows.iter().map(|row| row[8].parse().unwrap()).collect();

    let expected: Vec<i64> = (2..=ENTRIES).filter(|number| number % 1000 != 0).collect();
    assert_eq!(numbers.len(), expected.len());
    assert_eq!(numbers, expected);
}

/// What PostgreSQL says that it read of the log. SQLite does not count; there, its plans are held.
#[derive(Clone, Copy, Debug)]
struct Reads {
    /// Rows that were read by going through the whole table.
    scanned: i64,
    /// How often an index was entered, and what was found there.
    lookups: i64,
    found: i64,
}

async fn reads(app: &TestApp) -> Option<Reads> {
    let database = app.opens_database().await;
    let backend = sea_orm::ConnectionTrait::get_database_backend(&database);
    database.close().await.unwrap();
    if backend != DatabaseBackend::Postgres {
        return None;
    }
    let row = app
        .asks_database(
            "SELECT t.seq_tup_read, sum(i.idx_scan)::bigint, sum(i.idx_tup_read)::bigint \
             FROM pg_stat_user_tables t JOIN pg_stat_user_indexes i USING (relid) \
             WHERE t.relname = 'audit' GROUP BY 1",
        )
        .await;
    let number = |at| row.try_get_by_index(at).unwrap();
    Some(Reads { scanned: number(0), lookups: number(1), found: number(2) })
}
