//! Table `quiet_hours`.

use sea_orm::entity::prelude::*;

/// When somebody is not to be told anything on one day of the week, by the clock of their own time zone.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quiet_hours")]
pub struct Model {
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// Monday is 1, Sunday 7.
    #[sea_orm(primary_key, auto_increment = false)]
    pub weekday: i32,
    /// Minutes after midnight.
    pub from_minute: i32,
    /// The same; not after `from_minute`, it is on the next day.
    pub to_minute: i32,
}

impl ActiveModelBehavior for ActiveModel {}
