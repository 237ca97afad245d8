//! Which tables and columns a database has that an earlier version may have made.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Whether there is such a column. A shared database is always as this version made it.
pub(super) async fn has(db: &impl ConnectionTrait, table: &str, column: &str) -> Result<bool, DbErr> {
    if db.get_database_backend() != DbBackend::Sqlite {
        return Ok(true);
    }
    let question = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
    let asked = Statement::from_sql_and_values(DbBackend::Sqlite, question, [table.into(), column.into()]);
    Ok(db.query_one_raw(asked).await?.is_some())
}
