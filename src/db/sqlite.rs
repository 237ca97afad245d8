//! One SQLite file: one connection that writes, a few that only read, one that sees whether something was committed,
//! and one that brings it from the write-ahead log into the file.

use std::{fs, io, os::unix::fs::OpenOptionsExt, path::Path, time::Duration};

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::{
        Connection, Sqlite,
        pool::PoolOptions,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};

use crate::db::{ACQUIRE_TIMEOUT, Db, Writer, checkpoints, open_files::OpenFiles};

/// Reads run beside each other and beside the writer (WAL).
const MAX_READERS: u32 = 4;

/// The file's name is given apart: in an address, some characters of a path would mean something else.
const NO_NAME: &str = "sqlite://";

pub(super) async fn open(path: &Path) -> Result<Db, DbErr> {
    create(path).map_err(|e| DbErr::Custom(format!("cannot create {}: {e}", path.display())))?;
    // The writer first: it turns WAL on.
    let (file, mut writer) = (path.to_owned(), options(1));
    writer
        .map_sqlx_sqlite_opts(move |o| {
            o.filename(&file)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(ACQUIRE_TIMEOUT)
                .pragma("wal_autocheckpoint", checkpoints::MAX_PAGES)
        })
        .map_sqlx_sqlite_pool_opts(only_between_transactions);
    let write = Database::connect(writer).await?;
    super::migrate(&write).await?;

    let read = open_to_read(path, MAX_READERS).await?;
    let witness = open_to_read(path, 1).await?;
    let (file, mut checkpointer) = (path.to_owned(), options(1));
    checkpointer.map_sqlx_sqlite_opts(move |o| o.filename(&file).busy_timeout(ACQUIRE_TIMEOUT));
    let checkpointer = Database::connect(checkpointer).await?;
    let files =
        OpenFiles::of(path).map_err(|e| DbErr::Custom(format!("cannot find {}: {e}", path.display())))?;
    Ok(Db::new(Writer::of_sqlite(write, witness, checkpointer, files), read))
}

/// Connections that read the file as it is, whatever its schema.
///
/// # Errors
/// When it cannot be read, or is no database.
pub async fn open_to_read(path: &Path, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let (file, mut reader) = (path.to_owned(), options(connections));
    reader.map_sqlx_sqlite_opts(move |o| {
        o.filename(&file).read_only(true).busy_timeout(ACQUIRE_TIMEOUT).pragma("query_only", "ON")
    });
    Database::connect(reader).await
}

/// All connections are opened at once, and none anew but after a failure: so they are to the same file, whatever
/// becomes of its name, and the files beside it stay the same ones.
fn options(connections: u32) -> ConnectOptions {
    let mut options = super::options(NO_NAME, connections);
    options.min_connections(connections).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
    options
}

/// A commit that fails ends the transaction, of which sqlx goes on counting the depth: what comes next would be a part of
/// a transaction that never ends, and would never be written. So a connection is used again only if it is between
/// transactions; any other is closed, which undoes what is open, and opened anew.
fn only_between_transactions(pool: PoolOptions<Sqlite>) -> PoolOptions<Sqlite> {
    pool.after_release(|connection, _| {
        Box::pin(async move {
            // A rollback may still wait in its queue.
            connection.ping().await?;
            let is_between = !connection.is_in_transaction();
            if !is_between {
                tracing::warn!("A transaction did not end as it should; its connection is opened anew");
            }
            Ok(is_between)
        })
    })
    .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
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

/// A file that is not there is named, and how one is made.
pub(super) fn check_exists(path: &Path) -> Result<(), DbErr> {
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(DbErr::Custom(format!(
            "there is no database at {} (--database); `tidings serve` or `tidings migrate` makes one",
            path.display()
        ))),
        // What else is wrong with it is found when it is opened.
        _ => Ok(()),
    }
}
