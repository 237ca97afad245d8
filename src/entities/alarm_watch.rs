//! Table `alarm_watch`: one row.

use sea_orm::entity::prelude::*;

/// Which node looks for alarms that are due, and when it did.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alarm_watch")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// What the node calls itself; empty, if none does.
    pub node: String,
    /// When it last looked; Unix time in milliseconds, 0 before the first time.
    pub ran_ms: i64,
    /// For how long nobody looked, the last time that this was long; in milliseconds.
    pub away_ms: i64,
    /// When somebody looked again after that; Unix time in milliseconds.
    pub back_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
