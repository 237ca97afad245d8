//! Table `state_counter`: one row.

use sea_orm::entity::prelude::*;

/// The counter of whatever has only a latest value.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "state_counter")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The newest rev; 0 before the first.
    pub last_rev: i64,
}

impl ActiveModelBehavior for ActiveModel {}
