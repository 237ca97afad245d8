//! Table `reminder_schedules`.

use sea_orm::entity::prelude::*;

/// How often those whom a post asks are reminded by themselves.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder_schedules")]
pub struct Model {
    /// A row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// How many minutes there are between two of them.
    pub every_minutes: i32,
    /// How many there are at most.
    pub times: i32,
    /// How many there were; the one that is under way counts.
    pub sent: i32,
    /// When the next is due, or the one under way was; Unix time in milliseconds, none if there is no other.
    pub next_ms: Option<i64>,
    /// Which node sends the one under way.
    pub node: String,
    /// Since when; none if none is under way.
    pub claimed_ms: Option<i64>,
    /// When somebody stopped them.
    pub stopped_ms: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
