//! Table `token_groups`.

use sea_orm::entity::prelude::*;

/// One group that one token may post to.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "token_groups")]
pub struct Model {
    /// A row of `tokens`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_id: i64,
    /// A row of `groups`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
