//! The database: one SQLite file, one connection that writes and a few that only read.
//!
//! Waiting for the file's lock is bounded (5 s); what goes wrong is named, so that a page can say it.

use std::{fs, io, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc, time::Duration};

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::{
        self,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a statement waits for another process's lock, and a task for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// Reads run beside each other and beside the writer (WAL).
const READERS: u32 = 4;

/// Of them, streams have so many at a time, however many open at once.
const TURNS: usize = 2;

/// The handles of one open database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    /// The only connection that writes.
    pub write: DatabaseConnection,
    /// Connections that cannot write.
    pub read: DatabaseConnection,
    turns: Arc<Semaphore>,
}

impl Db {
    /// Opens the file at `path`, creating it (mode 0600) and its folder as needed, and brings its schema up
    /// to date.
    ///
    /// # Errors
    /// When the file cannot be made or opened, is no database, or is newer than this program.
    pub async fn open(path: &Path) -> Result<Self, DbErr> {
        create(path).map_err(|e| DbErr::Custom(format!("cannot create {}: {e}", path.display())))?;
        // The writer first: it turns WAL on.
        let (file, mut writer) = (path.to_owned(), options(1));
        writer.map_sqlx_sqlite_opts(move |o| {
            o.filename(&file)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(PATIENCE)
        });
        let write = Database::connect(writer).await?;
        Migrator::up(&write, None).await?;

        let (file, mut reader) = (path.to_owned(), options(READERS));
        reader.map_sqlx_sqlite_opts(move |o| {
            o.filename(&file).read_only(true).busy_timeout(PATIENCE).pragma("query_only", "ON")
        });
        let read = Database::connect(reader).await?;
        Ok(Self { write, read, turns: Arc::new(Semaphore::new(TURNS)) })
    }

    /// A transaction that may write. It takes the lock at once, so that it cannot lose it half-way.
    ///
    /// # Errors
    /// When the lock was not to be had in 5 s, or the file cannot be written.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        self.write.begin_with_options(immediate).await
    }

    /// A stream's turn to read. Thousands of them may want to at once; they wait here as long as it takes, so
    /// that pages find a reader, and no stream is refused for want of one.
    pub async fn turn(&self) -> OwnedSemaphorePermit {
        self.turns.clone().acquire_owned().await.expect("the semaphore is never closed")
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    pub async fn answers(&self) -> Result<(), DbErr> {
        let one = Statement::from_string(self.read.get_database_backend(), "SELECT 1");
        self.read.query_one_raw(one).await.map(|_| ())
    }

    /// Closes the readers, then the writer, which folds the write-ahead log into the file.
    pub async fn close(self) {
        // Nothing is lost when closing fails: the next opening recovers the write-ahead log.
        let _ = self.read.close().await;
        let _ = self.write.close().await;
    }
}

/// What kept the database from doing something, in words for the person who asked for it.
pub fn trouble(error: &DbErr) -> &'static str {
    if matches!(error, DbErr::ConnectionAcquire(_)) {
        return "The database is busy with something else.";
    }
    match sqlite_code(error) {
        Some(5 | 6) => "The database is busy with something else.",
        Some(8) => "The database cannot be written to.",
        Some(13) => "The disk is full.",
        Some(10) => "The disk does not take what is written to it.",
        _ => "The database does not answer.",
    }
}

/// SQLite's primary result code (<https://sqlite.org/rescode.html>).
fn sqlite_code(error: &DbErr) -> Option<u32> {
    let (DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner))
    | DbErr::Conn(RuntimeErr::SqlxError(inner))) = error
    else {
        return None;
    };
    let sqlx::Error::Database(inner) = inner.as_ref() else { return None };
    let extended: u32 = inner.code()?.parse().ok()?;
    Some(extended & 0xff)
}

/// The file's name is given apart: in an address, some characters of a path would mean something else.
fn options(connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new("sqlite://");
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(PATIENCE)
        .sqlx_logging_level(log::LevelFilter::Debug)
        .record_stmt_in_spans(false);
    options
}

/// Makes an empty file (mode 0600) where there is none. SQLite gives the files beside it the same mode.
///
/// # Errors
/// When it or its folder cannot be made.
pub fn create(path: &Path) -> io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map(|_| ())
}
