//! Table `builds`.

use sea_orm::entity::prelude::*;

/// A build that ran lately on this database.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "builds")]
pub struct Model {
    /// As `assets::build()` says it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// When a node of it last said so. Unix time in milliseconds.
    pub seen_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
