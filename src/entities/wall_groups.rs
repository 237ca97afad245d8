//! Table `wall_groups`.

use sea_orm::entity::prelude::*;

/// One group whose critical posts take over one screen.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "wall_groups")]
pub struct Model {
    /// A row of `walls`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub wall_id: i64,
    /// A row of `groups`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
