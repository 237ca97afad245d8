//! One SQLite file: one connection that writes and a few that only read.

use std::{fs, io, os::unix::fs::OpenOptionsExt, path::Path};

use sea_orm::{
    Database, DbErr,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

use super::{Db, PATIENCE};

/// Reads run beside each other and beside the writer (WAL).
const READERS: u32 = 4;

/// The file's name is given apart: in an address, some characters of a path would mean something else.
const NO_NAME: &str = "sqlite://";

pub(super) async fn open(path: &Path) -> Result<Db, DbErr> {
    create(path).map_err(|e| DbErr::Custom(format!("cannot create {}: {e}", path.display())))?;
    // The writer first: it turns WAL on.
    let (file, mut writer) = (path.to_owned(), super::options(NO_NAME, 1));
    writer.map_sqlx_sqlite_opts(move |o| {
        o.filename(&file)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(PATIENCE)
    });
    let write = Database::connect(writer).await?;
    super::migrate(&write).await?;

    let (file, mut reader) = (path.to_owned(), super::options(NO_NAME, READERS));
    reader.map_sqlx_sqlite_opts(move |o| {
        o.filename(&file).read_only(true).busy_timeout(PATIENCE).pragma("query_only", "ON")
    });
    let read = Database::connect(reader).await?;
    Ok(Db::new(write, read))
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
