//! Where a PostgreSQL database's log is. A database that was restored, from a dump or to an earlier point in
//! time, and a replica that took over without the log's end, are other timelines and need not say so by anything
//! in the log: its counter goes on from where the copy was taken. What tells them are names that PostgreSQL
//! gives and no copy keeps.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::cursor::Epoch;
use crate::db::Db;

/// The cluster, the database and the table, which a restored dump has others of, and the timeline of the
/// write-ahead log, which is another after a recovery to a point in time and after a failover.
const PLACE: &str = "SELECT concat_ws('/', \
    (SELECT system_identifier FROM pg_control_system()), \
    (SELECT oid FROM pg_database WHERE datname = current_database()), \
    'counter'::regclass::oid, \
    left(pg_walfile_name(pg_current_wal_lsn()), 8))";

/// Gives a database that was restored, or taken over by a replica, a new epoch. Several nodes may do so at once,
/// and one of them does.
///
/// # Errors
/// Of the database.
pub(super) async fn check(db: &Db) -> Result<(), DbErr> {
    if !db.is_shared() {
        return Ok(());
    }
    let places = format!("SELECT origin, ({PLACE}) FROM counter");
    let row = db.read.query_one_raw(Statement::from_string(DbBackend::Postgres, places)).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the log's counter".into()))?;
    let (before, now): (Option<String>, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    if before.as_ref() == Some(&now) {
        return Ok(());
    }
    let is_new = before.is_none();
    let renew = "UPDATE counter SET epoch = $1, origin = $2 WHERE origin IS NOT DISTINCT FROM $3";
    let values = [Epoch::random().as_str().into(), now.into(), before.into()];
    let renewed = Statement::from_sql_and_values(DbBackend::Postgres, renew, values);
    let renewed = db.write.execute_raw(renewed).await?.rows_affected() > 0;
    if renewed && !is_new {
        tracing::warn!("The database was restored, or a replica took over: streams are reset");
    }
    Ok(())
}
