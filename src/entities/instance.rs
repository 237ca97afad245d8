//! Table `instance`: one row.

use sea_orm::entity::prelude::*;

/// Which Tidings this is.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "instance")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Six random characters of `[a-z0-9]`; empty before the first opening.
    pub name: String,
    /// When the database was last copied by `tidings backup`, in Unix milliseconds; none if it never was.
    pub copied_ms: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
