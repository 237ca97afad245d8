//! Where a PostgreSQL database's log is. A database that was restored, from a dump or to an earlier point in
//! time, is another timeline and says so by nothing else: its nodes start as ever, and its counter goes on from
//! where the copy was taken. What tells it are names that PostgreSQL gives and no copy keeps.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, Statement,
    sea_query::Expr,
};

use super::cursor::Epoch;
use crate::{db::Db, entities::counter};

/// The cluster, the database and the table, which a restored dump has others of, and the timeline of the
/// write-ahead log, which is another after a recovery to a point in time (and after a failover).
const PLACE: &str = "SELECT concat_ws('/', \
    (SELECT system_identifier FROM pg_control_system()), \
    (SELECT oid FROM pg_database WHERE datname = current_database()), \
    'counter'::regclass::oid, \
    left(pg_walfile_name(pg_current_wal_lsn()), 8))";

/// Gives a restored database a new epoch. Several nodes may do so at once, and one of them does.
///
/// # Errors
/// Of the database.
pub(super) async fn check(db: &Db) -> Result<(), DbErr> {
    if !db.is_shared() {
        return Ok(());
    }
    let place = match place(&db.read).await {
        Ok(place) => place,
        Err(error) => {
            tracing::warn!(%error, "Whether the database is a restored copy cannot be told");
            return Ok(());
        }
    };
    let elsewhere = Condition::any()
        .add(counter::Column::Origin.is_null())
        .add(counter::Column::Origin.ne(place.as_str()));
    let renewed = counter::Entity::update_many()
        .col_expr(counter::Column::Epoch, Expr::value(Epoch::random().as_str()))
        .col_expr(counter::Column::Origin, Expr::value(place))
        .filter(elsewhere)
        .exec(&db.write)
        .await?;
    if renewed.rows_affected > 0 {
        tracing::info!("The database is new or restored: it has a new epoch");
    }
    Ok(())
}

async fn place(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, PLACE)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("where the database is".into()))?.try_get_by_index(0)
}
