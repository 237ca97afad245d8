//! Table `nodes`.

use sea_orm::entity::prelude::*;

/// A node at work on this database.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "nodes")]
pub struct Model {
    /// Random, made at its start.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The ids of those who listen on it, with commas between.
    pub live_users: String,
    /// What the keys of the sessions that listen on it begin with, with commas between.
    pub live_sessions: String,
    /// When it last said so; Unix time in milliseconds.
    pub written_ms: i64,
    /// The instance that it names its cookies after; none from a build that does not.
    pub cookie: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
