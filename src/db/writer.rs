//! What writes. Every statement, begin and commit passes through here, so that whatever keeps the database from
//! taking what is written is known at once, whoever met it; and a commit is believed only when another connection
//! sees that something was committed.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, sqlx::SqlitePool,
};

use crate::db::{health::Health, open_files::OpenFiles, reason};

#[cfg(test)]
mod tests;

/// The handle that writes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Writer {
    connection: DatabaseConnection,
    witness: Option<DatabaseConnection>,
    checkpointer: Option<DatabaseConnection>,
    health: Health,
}

/// A transaction, which is rolled back unless it is committed.
///
/// After some failures SQLite rolls back by itself, and would commit each statement that comes after alone: so after one
/// that says the database takes nothing, the transaction takes nothing more either.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    health: Health,
    /// What it failed of.
    failed: OnceLock<DbErr>,
    /// Whether it wrote anything.
    changed: AtomicBool,
    /// SQLite's: who is asked whether something was committed, and what it said when the transaction had begun.
    witness: Option<(DatabaseConnection, i64)>,
}

/// Of SQLite's file: it is another after each commit, of whichever process.
#[derive(Clone, Copy, Debug)]
pub struct DataVersion(pub(super) i64);

impl Writer {
    /// Writes through `connection` to PostgreSQL, whose answer to a commit is the server's own word.
    pub(super) fn of_postgres(connection: DatabaseConnection) -> Self {
        Self { connection, witness: None, checkpointer: None, health: Health::new(None) }
    }

    /// Writes through `connection` to SQLite's file. The `witness` and the `checkpointer` are other connections to the same
    /// file, used for nothing else.
    pub(super) fn of_sqlite(
        connection: DatabaseConnection,
        witness: DatabaseConnection,
        checkpointer: DatabaseConnection,
        files: OpenFiles,
    ) -> Self {
        let (witness, checkpointer) = (Some(witness), Some(checkpointer));
        Self { connection, witness, checkpointer, health: Health::new(Some(files)) }
    }

    /// SQLite's one connection that writes.
    pub(super) fn sqlite_pool(&self) -> &SqlitePool {
        self.connection.get_sqlite_connection_pool()
    }

    /// SQLite's connection that brings what was committed into the file.
    pub(super) fn checkpointer(&self) -> Option<&DatabaseConnection> {
        self.checkpointer.as_ref()
    }

    /// Whether what is written is taken.
    pub fn health(&self) -> &Health {
        &self.health
    }

    pub(super) async fn data_version(&self) -> Result<Option<DataVersion>, DbErr> {
        let Some(witness) = &self.witness else { return Ok(None) };
        data_version(witness).await.map(|version| Some(DataVersion(version)))
    }

    pub(super) async fn begin(&self) -> Result<Transaction, DbErr> {
        self.health.require_file()?;
        let inner = self.health.observe(super::begin(&self.connection).await)?;
        // Nobody else can commit any more until this transaction ends: on SQLite it has the lock.
        let witness = match &self.witness {
            Some(witness) => Some((witness.clone(), data_version(witness).await?)),
            None => None,
        };
        Ok(Transaction {
            inner,
            health: self.health.clone(),
            failed: OnceLock::new(),
            changed: AtomicBool::new(false),
            witness,
        })
    }

    pub(super) async fn close(self) {
        // Nothing is lost when closing fails: the next opening recovers the write-ahead log.
        for beside in self.witness.into_iter().chain(self.checkpointer) {
            let _ = beside.close().await;
        }
        let _ = self.connection.close().await;
    }
}

impl Transaction {
    /// Commits. When this returns, what was written is on disk.
    ///
    /// # Errors
    /// Those of the database. After an error nothing was committed, as far as can be told: a connection that was lost,
    /// and a file that is somebody else's now, cannot be asked.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.unless_failed()?;
        self.health.observe(self.inner.commit().await)?;
        let Some((witness, before)) = &self.witness else { return Ok(()) };
        if self.changed.load(Relaxed) && data_version(witness).await? == *before {
            return self.health.observe(Err(DbErr::Custom(reason::NOT_KEPT.into())));
        }
        self.health.require_file()
    }

    /// Whether nothing was committed between that and the beginning of the transaction.
    pub fn is_as_of(&self, version: DataVersion) -> bool {
        self.witness.as_ref().is_some_and(|(_, at_begin)| *at_begin == version.0)
    }

    /// Undoes what was written in it.
    ///
    /// # Errors
    /// Those of the database; a transaction that failed in the middle may be gone already.
    pub async fn rollback(self) -> Result<(), DbErr> {
        self.unless_failed()?;
        self.health.observe(self.inner.rollback().await)
    }

    fn unless_failed(&self) -> Result<&DatabaseTransaction, DbErr> {
        self.failed.get().map_or(Ok(&self.inner), |error| Err(error.clone()))
    }

    fn mark_changed(&self, changed: bool) {
        self.changed.fetch_or(changed, Relaxed);
    }

    fn observe<T>(&self, result: Result<T, DbErr>) -> Result<T, DbErr> {
        if let Err(error) = &result
            && reason::refuses_writes(error).is_some()
        {
            // The first reason stands.
            let _ = self.failed.set(error.clone());
        }
        self.health.observe(result)
    }
}

/// Of other statements, the number of rows that were changed means nothing.
fn is_write(sql: &str) -> bool {
    let verb = sql.trim_start().get(..6).unwrap_or_default();
    ["INSERT", "UPDATE", "DELETE"].iter().any(|one| verb.eq_ignore_ascii_case(one))
}

/// A number that changes when another connection commits something
/// (<https://sqlite.org/pragma.html#pragma_data_version>).
async fn data_version(witness: &DatabaseConnection) -> Result<i64, DbErr> {
    let asked = Statement::from_string(DbBackend::Sqlite, "PRAGMA data_version");
    let row = witness.query_one_raw(asked).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the file's version".into()))?.try_get_by_index(0)
}

#[async_trait]
impl ConnectionTrait for Writer {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.health.require_file()?;
        self.health.observe(self.connection.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.health.require_file()?;
        self.health.observe(self.connection.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.health.require_file()?;
        self.health.observe(self.connection.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.health.require_file()?;
        self.health.observe(self.connection.query_all_raw(statement).await)
    }
}

#[async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let writes = is_write(&statement.sql);
        let done = self.observe(self.unless_failed()?.execute_raw(statement).await)?;
        self.mark_changed(writes && done.rows_affected() > 0);
        Ok(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let done = self.observe(self.unless_failed()?.execute_unprepared(sql).await)?;
        self.mark_changed(is_write(sql) && done.rows_affected() > 0);
        Ok(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let writes = is_write(&statement.sql);
        let row = self.observe(self.unless_failed()?.query_one_raw(statement).await)?;
        self.mark_changed(writes && row.is_some());
        Ok(row)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let writes = is_write(&statement.sql);
        let rows = self.observe(self.unless_failed()?.query_all_raw(statement).await)?;
        self.mark_changed(writes && !rows.is_empty());
        Ok(rows)
    }
}
