//! The database: one SQLite file, or a PostgreSQL server that several nodes share. The same schema and the
//! same queries serve both.
//!
//! Waiting is bounded (5 s for a connection or a lock); what goes wrong is named, so that a page can say it.

use std::{sync::Arc, time::Duration};

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqlErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{config::Database, db::rounds::AllRounds};

pub use portions::delete_first;
pub use reason::{full_reason, is_of_statement, reason};
pub use rounds::{earliest, first_ms};
pub use writer::{DataVersion, Transaction, Writer};

mod checkpoints;
pub mod health;
pub mod names;
mod open_files;
mod portions;
pub mod postgres;
pub mod reason;
mod rounds;
pub mod search;
mod spare_memory;
pub mod sqlite;
pub mod writer;

/// How long a statement waits for a lock, and a task for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// A database that has not answered for so long is away: its network may be cut, which nothing else tells.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// Closing waits no longer for a connection that does not answer.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Streams use so many of the readers at a time, however many open at once.
const MAX_STREAM_READERS: usize = 2;

/// The handles of one open database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    /// What writes: on SQLite one connection, the only one that does.
    pub write: Writer,
    /// Connections that cannot write.
    pub read: DatabaseConnection,
    stream_permits: Arc<Semaphore>,
    rounds: AllRounds,
}

/// What only one transaction at a time does, on whichever node.
#[derive(Clone, Copy, Debug)]
pub enum AdvisoryLock {
    /// Changing the schema.
    Migrate,
    /// Changing who is an administrator, which depends on who else is one.
    ChangeAdmins,
    /// Making cards and boards, of which there may be so many.
    MakeCards,
    /// Adding to what the values of cards were.
    KeepHistory,
}

impl AdvisoryLock {
    /// PostgreSQL's key of the lock, which other programs in the same database must not use.
    fn key(self) -> i64 {
        match self {
            Self::Migrate => 0x7469_6469_6e67_0001,
            Self::ChangeAdmins => 0x7469_6469_6e67_0002,
            Self::MakeCards => 0x7469_6469_6e67_0003,
            Self::KeepHistory => 0x7469_6469_6e67_0004,
        }
    }
}

impl Db {
    fn new(write: Writer, read: DatabaseConnection) -> Self {
        let stream_permits = Arc::new(Semaphore::new(MAX_STREAM_READERS));
        Self { write, read, stream_permits, rounds: AllRounds::default() }
    }

    /// Opens the database and brings its schema up to date. SQLite's file is created (mode 0600) as needed,
    /// and so is its folder.
    ///
    /// # Errors
    /// When it cannot be made or reached, is no database, or is newer than this program.
    pub async fn open(database: &Database) -> Result<Self, DbErr> {
        match database {
            Database::Sqlite(path) => sqlite::open(path).await,
            Database::Postgres(url) => postgres::open(url).await,
        }
    }

    /// Opens a database that is there, and brings its schema up to date: a name that was misspelt makes no new one.
    ///
    /// # Errors
    /// When it is not there, and those of `open`.
    pub async fn open_existing(database: &Database) -> Result<Self, DbErr> {
        if let Database::Sqlite(path) = database {
            sqlite::check_exists(path)?;
        }
        Self::open(database).await
    }

    /// A transaction that may write. On SQLite it takes the lock at once, so that it cannot lose it half-way.
    ///
    /// # Errors
    /// When the lock or a connection was not to be had in 5 s, or the database cannot be written.
    pub async fn begin(&self) -> Result<Transaction, DbErr> {
        self.write.begin().await
    }

    /// What everybody sees now who reads from SQLite's file. None on PostgreSQL, where others commit while a transaction is
    /// open.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn data_version(&self) -> Result<Option<DataVersion>, DbErr> {
        self.write.data_version().await
    }

    /// Whether several nodes may be at work on it.
    pub fn is_shared(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// A word that is another after each commit, of whichever process, and the same as long as nothing was committed.
    async fn version(&self) -> Result<String, DbErr> {
        match self.write.data_version().await? {
            Some(version) => Ok(version.0.to_string()),
            None => postgres::snapshot(&self.read).await,
        }
    }

    /// A stream's permit to use a reader. Thousands of them may want to at once; they wait here as long as it takes, so
    /// that pages find a reader, and no stream is refused for want of one.
    pub async fn stream_permit(&self) -> OwnedSemaphorePermit {
        self.stream_permits.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    pub async fn answers(&self) -> Result<(), DbErr> {
        let one = Statement::from_string(self.read.get_database_backend(), "SELECT 1");
        within(ACQUIRE_TIMEOUT / 2, self.read.query_one_raw(one)).await.map(|_| ())
    }

    /// Closes the readers, then the writers; SQLite's folds the write-ahead log into the file. A database that does not
    /// answer is left after 2 s each.
    pub async fn close(self) {
        // Nothing is lost when closing fails: the next opening recovers the write-ahead log.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.read.close()).await;
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, self.write.close()).await;
    }
}

/// Waits until no other transaction, on any node, has this lock; it ends with the transaction. SQLite's
/// transactions run one after the other anyway.
///
/// # Errors
/// When it was not to be had in 5 s, and what else the database has.
pub async fn take_lock(tx: &impl ConnectionTrait, lock: AdvisoryLock) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let key = [lock.key().into()];
        let statement =
            Statement::from_sql_and_values(DbBackend::Postgres, "SELECT pg_advisory_xact_lock($1)", key);
        tx.execute_raw(statement).await?;
    }
    Ok(())
}

/// Whether this is what a row comes to whose key another one has.
pub fn is_taken(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}

/// Waits for what the database is asked no longer than 10 s.
///
/// # Errors
/// Those of `query`, and that nothing came of it in that time.
pub async fn with_timeout<T, E: From<DbErr>>(query: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    within(ANSWER_TIMEOUT, query).await
}

async fn within<T, E: From<DbErr>>(
    limit: Duration,
    query: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let silent = |_| DbErr::Custom(format!("the database did not answer within {limit:?}"));
    tokio::time::timeout(limit, query).await.map_err(silent)?
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = TransactionOptions {
        // PostgreSQL takes no notice.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..Default::default()
    };
    connection.begin_with_options(immediate).await
}

/// All of it in one transaction: whoever comes at the same time waits, and finds it done.
async fn migrate(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = begin(connection).await?;
    take_lock(&tx, AdvisoryLock::Migrate).await?;
    Migrator::up(&tx, None).await.map_err(|error| match error {
        DbErr::Custom(text) if text.contains("migration has been applied but its file is missing") => {
            DbErr::Custom("the database was made by a newer version of Tidings than this one".into())
        }
        other => other,
    })?;
    let doubts = names::fill(&tx).await?;
    tx.commit().await?;
    doubts.log();
    Ok(())
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // Where connections go away by themselves, they are asked whether they still serve.
        .test_before_acquire(false)
        .sqlx_logging_level(log::LevelFilter::Debug)
        .record_stmt_in_spans(false);
    options
}
