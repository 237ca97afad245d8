//! Where a PostgreSQL database's log is. A database that was restored, from a dump or to an earlier point in
//! time, and a replica that took over without the log's end, are other timelines and need not say so by anything
//! in the log: its counter goes on from where the copy was taken. What tells them are names that PostgreSQL
//! gives and no copy keeps.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, Statement, sqlx};

use crate::{db::Db, live::cursor::Epoch};

/// The cluster, the database and the table, which a restored dump has others of, and the timeline of the
/// write-ahead log, which is another after a recovery to a point in time and after a failover.
const LOCATION_QUERIES: [&str; 4] = [
    "SELECT system_identifier::text FROM pg_control_system()",
    "SELECT oid::text FROM pg_database WHERE datname = current_database()",
    "SELECT 'counter'::regclass::oid::text",
    "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8)",
];

/// Stands for a part of the location that PostgreSQL does not tell us.
const UNKNOWN: &str = "?";

/// Whether the log line about unknown parts was written: once is enough.
static WAS_LOGGED: AtomicBool = AtomicBool::new(false);

/// Gives a database that was restored, or taken over by a replica, a new epoch. Several nodes may do so at once,
/// and one of them does: whether this one did.
///
/// # Errors
/// Of the database.
pub(in crate::live) async fn renew_if_moved(db: &Db) -> Result<bool, DbErr> {
    if !db.is_shared() {
        return Ok(false);
    }
    let row = Statement::from_string(DbBackend::Postgres, "SELECT origin FROM counter");
    let row = db.read.query_one_raw(row).await?;
    let row = row.ok_or_else(|| DbErr::RecordNotFound("the log's counter".into()))?;
    let before: Option<String> = row.try_get_by_index(0)?;
    let now = location(db).await?;
    let Some(known) = &before else { return store(db, None, &now, false).await.map(|_| false) };
    match compare(known, &now) {
        Comparison::Same => Ok(false),
        Comparison::BetterKnown(both) => store(db, Some(known), &both, true).await.map(|_| false),
        Comparison::Other => {
            let is_first = store(db, Some(known), &now, false).await?;
            if is_first {
                tracing::warn!("The database was restored, or a replica took over: streams are reset");
            }
            Ok(is_first)
        }
    }
}

/// As far as the audit log reaches, the database is a copy: the start says so.
pub(in crate::live) async fn record_restore(db: &Db) -> Result<(), DbErr> {
    let statement = "UPDATE counter SET copied_ms = (SELECT max(at_ms) FROM audit)";
    db.write.execute_unprepared(statement).await.map(|_| ())
}

/// How a location that was stored compares to where the log is now.
#[derive(Debug, PartialEq, Eq)]
enum Comparison {
    Same,
    /// The same as far as can be expected, and a part that was not known then is known now: both together.
    BetterKnown(String),
    Other,
}

/// What is not known now or was not known then tells nothing, so that nodes with and without the right to know
/// agree.
fn compare(before: &str, now: &str) -> Comparison {
    let (before_parts, now_parts) = (parts(before), parts(now));
    let unlike = |(before, now): (&&str, &&str)| before != now && *before != UNKNOWN && *now != UNKNOWN;
    if before_parts.len() != now_parts.len() || before_parts.iter().zip(&now_parts).any(unlike) {
        return Comparison::Other;
    }
    let better = |(before, now): (&&str, &&str)| if *now == UNKNOWN { *before } else { *now }.to_owned();
    let both = before_parts.iter().zip(&now_parts).map(better).collect::<Vec<_>>().join("/");
    if both == before { Comparison::Same } else { Comparison::BetterKnown(both) }
}

fn parts(location: &str) -> Vec<&str> {
    location.split('/').collect()
}

/// Each part by itself: one that is refused does not take the others along.
async fn location(db: &Db) -> Result<String, DbErr> {
    let mut parts = vec![];
    let mut refused = None;
    for part in LOCATION_QUERIES {
        let row = db.read.query_one_raw(Statement::from_string(DbBackend::Postgres, part)).await;
        parts.push(match row {
            Ok(row) => row.map_or(Ok(UNKNOWN.to_owned()), |row| row.try_get_by_index(0))?,
            Err(error) if is_refusal(&error) => {
                refused = Some(error);
                UNKNOWN.to_owned()
            }
            Err(error) => return Err(error),
        });
    }
    if let Some(error) = refused
        && !WAS_LOGGED.swap(true, Relaxed)
    {
        tracing::warn!(
            %error,
            "PostgreSQL does not tell where its log is: a restore or a failover is noticed by the events alone"
        );
    }
    Ok(parts.join("/"))
}

/// Managed servers keep some functions to themselves, or do not have them (the documentation's appendix A).
fn is_refusal(error: &DbErr) -> bool {
    const NOT_ALLOWED: &str = "42501";
    const NOT_THERE: &str = "42883";
    const NOT_SUPPORTED: &str = "0A000";
    let DbErr::Query(RuntimeErr::SqlxError(inner)) = error else { return false };
    let sqlx::Error::Database(refusal) = inner.as_ref() else { return false };
    matches!(refusal.code().as_deref(), Some(NOT_ALLOWED | NOT_THERE | NOT_SUPPORTED))
}

/// Stores the location, unless another node did since `before` was read; whether this one did. A new location is a new
/// timeline.
async fn store(db: &Db, before: Option<&str>, now: &str, keeps_epoch: bool) -> Result<bool, DbErr> {
    let epoch = if keeps_epoch { "epoch" } else { "$3" };
    let statement =
        format!("UPDATE counter SET origin = $1, epoch = {epoch} WHERE origin IS NOT DISTINCT FROM $2");
    let mut values: Vec<sea_orm::Value> = vec![now.into(), before.map(str::to_owned).into()];
    if !keeps_epoch {
        values.push(Epoch::random().as_str().into());
    }
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, statement, values);
    Ok(db.write.execute_raw(statement).await?.rows_affected() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_not_known_tells_nothing() {
        let whole = "7/16384/16500/00000001";
        for (before, now, expected) in [
            (whole, whole, Comparison::Same),
            (whole, "?/16384/16500/?", Comparison::Same),
            ("?/16384/16500/?", "?/16384/16500/?", Comparison::Same),
            ("?/16384/16500/?", whole, Comparison::BetterKnown(whole.into())),
            (whole, "7/16384/16500/00000002", Comparison::Other),
            (whole, "?/16385/16500/?", Comparison::Other),
            ("?/16384/16500/00000001", "7/16384/16500/00000002", Comparison::Other),
        ] {
            assert_eq!(compare(before, now), expected, "{before} {now}");
        }
    }
}
