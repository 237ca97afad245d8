//! Table `duty_shifts`.

use sea_orm::entity::prelude::*;

/// A part of a group's weekly plan: who is on duty on one day of the week.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "duty_shifts")]
pub struct Model {
    /// Names the row.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// A row of `groups`.
    pub group_id: i64,
    /// A row of `users`; none for everybody in the group.
    pub user_id: Option<i64>,
    /// On which it begins: Monday is 1, Sunday 7.
    pub weekday: i32,
    /// Minutes after midnight.
    pub from_minute: i32,
    /// The same; not after `from_minute`, it is on the next day.
    pub to_minute: i32,
    /// By whose clock: the IANA name of a time zone.
    pub zone: String,
}

impl ActiveModelBehavior for ActiveModel {}
