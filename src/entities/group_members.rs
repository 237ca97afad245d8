//! Table `group_members`.

use sea_orm::entity::prelude::*;

/// One user who is in one group.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "group_members")]
pub struct Model {
    /// A row of `groups`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
