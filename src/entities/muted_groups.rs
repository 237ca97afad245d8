//! Table `muted_groups`.

use sea_orm::entity::prelude::*;

/// A group by which somebody does not want to be told anything.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "muted_groups")]
pub struct Model {
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// A row of `groups`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
