//! SQLite's write-ahead log goes into the file by a connection of its own, while others read and write: as a part of a
//! commit, what waits to be written would wait for all of it (<https://sqlite.org/wal.html#ckpt>).

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};
use tokio_util::sync::CancellationToken;

use crate::{clock, db::Db};

/// The log begins anew only when all of it is in the file. What is committed meanwhile is little, and is fetched at once.
const MAX_ROUNDS: usize = 3;

/// Where a reader keeps the log from going into the file, or this cannot keep up, a commit does it at so many pages (of
/// 4 KiB), as it did before: so there is a bound to the log, and to what a program alone with the file leaves in it.
pub(super) const MAX_PAGES: &str = "8000";

impl Db {
    /// Brings what was committed into SQLite's file, until the server stops. PostgreSQL has a checkpointer of its own.
    pub async fn checkpoint(self, stop: CancellationToken) {
        let Some(connection) = self.write.checkpointer() else { return };
        let mut is_failing = false;
        let mut rounds = self.rounds();
        let mut again_ms = None;
        while stop.run_until_cancelled(rounds.next(again_ms)).await.is_some() {
            let done = run(connection).await;
            again_ms = (!matches!(done, Ok(true))).then(clock::now_ms);
            if let Err(error) = &done
                && !is_failing
            {
                // Nothing is lost: it stays in the log. Whether that can still be written, commits find out.
                tracing::warn!(%error, "What was committed cannot be brought into the database's file");
            }
            is_failing = done.is_err();
        }
    }
}

/// Whether all of it is in the file.
async fn run(connection: &DatabaseConnection) -> Result<bool, DbErr> {
    for _ in 0..MAX_ROUNDS {
        let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA wal_checkpoint(PASSIVE)");
        let Some(row) = connection.query_one_raw(asked).await? else { break };
        let (pages, in_file): (i64, i64) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if in_file >= pages {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sea_orm::ConnectionTrait;
    use tokio_util::sync::CancellationToken;

    use crate::{config::Database, db::Db};

    #[tokio::test]
    async fn the_log_begins_anew_when_all_of_it_is_in_the_file() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        let stop = CancellationToken::new();
        tokio::spawn(db.clone().call_rounds(stop.clone()));
        let checkpoints = tokio::spawn(db.clone().checkpoint(stop.clone()));
        let length = || std::fs::metadata(folder.path().join("a.db-wal")).expect("the log").len();
        let write = async || {
            let sql = "UPDATE write_probe SET bytes = randomblob(1000000)";
            db.write.execute_unprepared(sql).await.expect("room for a megabyte");
        };

        // Without it, the log has each of these until 8,000 pages are full.
        for _ in 0..3 {
            write().await;
            tokio::time::sleep(Duration::from_secs(2)).await;
        }

        assert!(length() < 2_000_000, "{} bytes", length());
        stop.cancel();
        checkpoints.await.expect("it ends");
        db.close().await;
    }
}
