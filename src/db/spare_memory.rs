//! What SQLite keeps in memory of what it has read: up to 2 MB a connection. Connections that are idle give it back.

use std::time::Duration;

use sea_orm::sqlx::{Executor, SqlitePool};
use tokio_util::sync::CancellationToken;

use crate::db::Db;

/// What is read often is read anew from the system's cache so often, which takes microseconds.
const INTERVAL: Duration = Duration::from_secs(5);

impl Db {
    /// Keeps what lies idle small, until the server stops. PostgreSQL has a memory of its own.
    pub async fn spare_memory(self, stop: CancellationToken) {
        if self.is_shared() {
            return;
        }
        while stop.run_until_cancelled(tokio::time::sleep(INTERVAL)).await.is_some() {
            give_back(self.read.get_sqlite_connection_pool()).await;
            give_back(self.write.sqlite_pool()).await;
        }
    }
}

async fn give_back(pool: &SqlitePool) {
    let idle: Vec<_> = std::iter::from_fn(|| pool.try_acquire()).collect();
    for mut connection in idle {
        if let Err(error) = connection.execute("PRAGMA shrink_memory").await {
            tracing::debug!(%error, "A connection gives no memory back");
        }
    }
}
