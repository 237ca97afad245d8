//! Table `memberships`.

use sea_orm::entity::prelude::*;

/// From which number of the log to which a user was in a group.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    /// A row of `groups`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// The event with which they joined.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_number: i64,
    /// The event with which they left; none as long as they are in it.
    pub to_number: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
