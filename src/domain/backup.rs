//! A copy of the database, taken beside a running server. The copy is another timeline: it gets an epoch of
//! its own, so that a browser which saw more than the copy holds is told, instead of missing posts; and another
//! instance, whose cookies leave those of the first alone.
//! What would let somebody in is not in it: no session, no one-time link. PostgreSQL has its own ways to copy; a
//! database that was restored from one is recognised by `live::log::timeline`.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};
use tempfile::TempPath;

use crate::{
    clock,
    config::Database,
    db::{Db, sqlite},
    domain::{instance, restores},
    live::log::table,
};

/// So often it is tried to remove what is not finished, and so long it is waited in between: who was stopped half-way may
/// have a statement that still runs, and makes files beside those that are removed.
const REMOVALS: usize = 100;
const BETWEEN_REMOVALS: Duration = Duration::from_millis(20);

/// A folder that goes with this handle.
struct Unfinished(PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        for _ in 0..REMOVALS {
            match fs::remove_dir_all(&self.0) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => thread::sleep(BETWEEN_REMOVALS),
                _ => return,
            }
        }
    }
}

/// Whether `database` can be copied to the new file `to`, as far as that is known before it is opened.
///
/// # Errors
/// When there is such a file already, or it is none, and on PostgreSQL.
pub fn check(database: &Database, to: &Path) -> Result<(), DbErr> {
    if let Database::Postgres(_) = database {
        let elsewhere = "a copy of a PostgreSQL database is made by pg_dump, or by the server's own backups";
        return Err(DbErr::Custom(elsewhere.into()));
    }
    // It may hold a password, and is not repeated.
    if to.to_string_lossy().contains("://") {
        return Err(DbErr::Custom("a copy is written to a file, and this is an address".into()));
    }
    // A link that leads nowhere is there, too.
    if to.symlink_metadata().is_ok() {
        return Err(cannot(to)("there is such a file already".to_owned()));
    }
    Ok(())
}

/// Writes a copy of `db` to the new file `to` (mode 0600), which is there whole or not at all.
///
/// # Errors
/// When there is such a file already, or it cannot be written; then nothing is left behind.
pub async fn write(db: &Db, to: &Path) -> Result<(), DbErr> {
    let cannot = cannot(to);
    let failed = |error: io::Error| cannot(error.to_string());
    let beside = beside(to).map_err(failed)?;
    let unfinished = beside.0.join("copy.db");
    let name = unfinished.to_str().ok_or_else(|| cannot("its name is not valid UTF-8".to_owned()))?;
    // SQLite fills an empty file, which keeps the mode it was made with.
    sqlite::create(&unfinished).map_err(failed)?;
    let taken_ms = clock::now_ms();
    let copy =
        Statement::from_sql_and_values(db.write.get_database_backend(), "VACUUM INTO ?", [Value::from(name)]);
    db.write.execute_raw(copy).await.map_err(|error| cannot(error.to_string()))?;

    let copy = Db::open(&Database::Sqlite(unfinished.clone())).await?;
    let (epoch, _) = table::head(&copy.write).await?;
    table::renew_epoch(&copy.write, epoch.as_ref()).await?;
    restores::prepare(&copy.write, taken_ms).await?;
    instance::forget(&copy.write).await?;
    copy.close().await;
    publish(unfinished, to).map_err(failed)?;
    // The copy is there, whether or not that can be noted.
    if let Err(error) = instance::note_copy(&db.write, taken_ms).await {
        tracing::warn!(%error, "It could not be noted that the database was copied");
    }
    Ok(())
}

/// A folder for what is not finished: on the same disk, so that it can be renamed.
fn beside(to: &Path) -> io::Result<Unfinished> {
    let private = Permissions::from_mode(0o700);
    let folder =
        tempfile::Builder::new().prefix(".tidings-backup-").permissions(private).tempdir_in(folder(to))?;
    Ok(Unfinished(folder.keep()))
}

/// On disk first, then under its name, which it takes from nobody; then the name is on disk as well.
fn publish(finished: PathBuf, to: &Path) -> io::Result<()> {
    File::open(&finished)?.sync_all()?;
    TempPath::try_from_path(finished)?.persist_noclobber(to)?;
    File::open(folder(to))?.sync_all()
}

fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn cannot(to: &Path) -> impl Fn(String) -> DbErr {
    move |why| DbErr::Custom(format!("cannot write {}: {why}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{access, audit::Actor, change::Changes, instance::Instance, users::Role},
        live::Log,
    };

    #[tokio::test]
    async fn a_copy_holds_everything_but_is_another_timeline() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let open = async |path| Db::open(&Database::Sqlite(path)).await.expect("a database");
        let db = open(folder.path().join("a.db")).await;
        let log = Log::open(db.clone()).await.expect("a log");
        let changes = Changes::of_command(db.clone());
        access::add(&changes, &Actor::shell(), "Anna", Role::Admin, "hash".into()).await.expect("a user");
        let to = folder.path().join("it's a copy.db");

        write(&db, &to).await.expect("a copy");

        let copy = open(to.clone()).await;
        assert!(crate::domain::users::find_by_name(&copy.read, "anna").await.expect("an answer").is_some());
        let name = async |db: &Db| Instance::open(db).await.expect("an instance").name().to_owned();
        let (ours, theirs) = (name(&db).await, name(&copy).await);
        assert!(ours.len() == 6 && theirs.len() == 6 && ours != theirs, "{ours} {theirs}");
        assert_eq!(name(&copy).await, theirs, "it keeps its own");
        assert_ne!(Log::open(copy).await.expect("a log").head().epoch, log.head().epoch);
        assert!(write(&db, &to).await.is_err(), "a backup overwrites nothing");
    }
}
