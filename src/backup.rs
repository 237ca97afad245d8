//! A copy of the database, taken beside a running server. The copy is another timeline: it gets an epoch of
//! its own, so that a browser which saw more than the copy holds is told, instead of missing posts.
//! PostgreSQL has its own ways to copy; a database that was restored from one is recognised by `live::origin`.

use std::path::Path;

use sea_orm::{ConnectionTrait, DbErr, Statement, Value};

use crate::{
    config::Database,
    db::{Db, sqlite},
    live::table,
};

/// Writes a copy of `db` to the new file `to` (mode 0600).
///
/// # Errors
/// When there is such a file already, or it cannot be written; and on PostgreSQL.
pub async fn write(db: &Db, to: &Path) -> Result<(), DbErr> {
    if db.is_shared() {
        let elsewhere = "a copy of a PostgreSQL database is made by pg_dump, or by the server's own backups";
        return Err(DbErr::Custom(elsewhere.into()));
    }
    let cannot = |error| DbErr::Custom(format!("cannot write {}: {error}", to.display()));
    if to.exists() {
        return Err(cannot("there is such a file already".to_owned()));
    }
    let name = to.to_str().ok_or_else(|| cannot("its name is not valid UTF-8".to_owned()))?;
    // SQLite fills an empty file, which keeps the mode it was made with.
    sqlite::create(to).map_err(|error| cannot(error.to_string()))?;
    let copy =
        Statement::from_sql_and_values(db.write.get_database_backend(), "VACUUM INTO ?", [Value::from(name)]);
    db.write.execute_raw(copy).await?;

    let copy = Db::open(&Database::Sqlite(to.to_owned())).await?;
    let (epoch, _) = table::head(&copy.write).await?;
    table::renew_epoch(&copy.write, epoch.as_ref()).await?;
    copy.close().await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{accounts, audit::By, live::Log, users::Role};

    #[tokio::test]
    async fn a_copy_holds_everything_but_is_another_timeline() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let open = async |path| Db::open(&Database::Sqlite(path)).await.expect("a database");
        let db = open(folder.path().join("a.db")).await;
        let log = Log::open(db.clone()).await.expect("a log");
        accounts::add(&db, &By::shell(), "Anna", Role::Admin, "hash".into()).await.expect("a person");
        let to = folder.path().join("it's a copy.db");

        write(&db, &to).await.expect("a copy");

        let copy = open(to.clone()).await;
        assert!(crate::users::find_by_name(&copy.read, "anna").await.expect("an answer").is_some());
        assert_ne!(Log::open(copy).await.expect("a log").head().epoch, log.head().epoch);
        assert!(write(&db, &to).await.is_err(), "a backup overwrites nothing");
    }
}
