use crate::{config::Database, db::Db};
use sea_orm::ConnectionTrait;

#[tokio::test]
async fn a_transaction_that_changed_nothing_may_be_committed() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
    let tx = db.begin().await.expect("a transaction");
    tx.execute_unprepared("DELETE FROM write_probe WHERE id = 2").await.expect("nothing to delete");

    tx.commit().await.expect("nothing to keep");

    assert_eq!(db.write.health().failure(), None);
    db.close().await;
}

#[tokio::test]
async fn a_transaction_knows_whether_anything_was_committed_before_it_began() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file = Database::Sqlite(folder.path().join("a.db"));
    let (db, beside) = (Db::open(&file).await.expect("a database"), Db::open(&file).await.expect("it"));
    let begin = async || db.begin().await.expect("a transaction");
    let version = async || db.data_version().await.expect("an answer").expect("SQLite has one");

    for writer in [&db, &beside] {
        let before = version().await;
        let unchanged = begin().await;
        assert!(unchanged.is_as_of(before), "nothing was committed");
        unchanged.rollback().await.expect("nothing to undo");

        let sql = "UPDATE write_probe SET bytes = randomblob(10)";
        writer.write.execute_unprepared(sql).await.expect("room for it");
        let changed = begin().await;
        assert!(!changed.is_as_of(before), "something was, by whichever process");
        changed.rollback().await.expect("nothing to undo");
    }
    beside.close().await;
    db.close().await;
}

#[tokio::test]
async fn a_transaction_that_met_a_full_disk_takes_nothing_more_and_keeps_nothing() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file = Database::Sqlite(folder.path().join("a.db"));
    let db = Db::open(&file).await.expect("a database");
    let write = async |tx: &crate::db::Transaction, bytes: &str| {
        tx.execute_unprepared(&format!("UPDATE write_probe SET bytes = {bytes}")).await
    };
    for round in 0..3 {
        // No page more than there is: for this connection the disk is full.
        db.write.execute_unprepared("PRAGMA max_page_count = 1").await.expect("a limit");
        let tx = db.begin().await.expect("a transaction");
        write(&tx, "randomblob(1000)").await.expect("room for little");
        assert!(write(&tx, "randomblob(10000000)").await.is_err(), "round {round}");

        assert!(write(&tx, "x'01'").await.is_err(), "it would be committed alone");
        assert!(tx.commit().await.is_err());

        let is_kept = "SELECT count(*) FROM write_probe WHERE length(bytes) > 0";
        let row = sea_orm::Statement::from_string(sea_orm::DbBackend::Sqlite, is_kept);
        let row = db.read.query_one_raw(row).await.expect("an answer").expect("a row");
        assert_eq!(row.try_get_by_index::<i64>(0).expect("a number"), 0, "round {round}");
        assert!(db.write.health().failure().is_some());
    }
    db.write.execute_unprepared("PRAGMA max_page_count = 1000000").await.expect("no limit");
    let tx = db.begin().await.expect("a transaction");
    write(&tx, "randomblob(100000)").await.expect("room");
    tx.commit().await.expect("it is kept");
    db.close().await;
}
