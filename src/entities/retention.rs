//! Table `retention`: a row for each kind of what is forgotten by its age.

use sea_orm::entity::prelude::*;

/// How far it has been forgotten.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "retention")]
pub struct Model {
    /// The table whose rows are forgotten.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// What is older than this is gone; Unix time in milliseconds.
    pub through_ms: i64,
    /// When that was so, by the clock; Unix time in milliseconds.
    pub ran_ms: i64,
    /// For how long it was to be kept then, in milliseconds.
    pub kept_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
