//! Table `groups`.

use sea_orm::entity::prelude::*;

/// People that posts are written to together.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    /// Never used again, even for another group of the same name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// As it is shown.
    pub name: String,
    /// The name without regard to case; unique.
    pub name_key: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
