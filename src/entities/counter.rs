//! Table `counter`: one row.

use sea_orm::entity::prelude::*;

/// The log's counter and the database's epoch.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counter")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Names this timeline of the database: 12 random characters of `[a-z0-9]`.
    pub epoch: String,
    /// The id of the newest event; 0 before the first.
    pub last_id: i64,
    /// On PostgreSQL, where the log was when the epoch was made.
    pub origin: Option<String>,
    /// When the copy was taken that this database is, in Unix milliseconds, until a server has said so.
    pub copied_ms: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
