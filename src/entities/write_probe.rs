//! Table `write_probe`: one row.

use sea_orm::entity::prelude::*;

/// The id of the only row.
pub const ONLY: i32 = 1;

/// What is written to find out whether the database takes what is written.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "write_probe")]
pub struct Model {
    /// Always `ONLY`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Any bytes: they mean nothing.
    pub bytes: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
