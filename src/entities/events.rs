//! Table `events`: the log.

use sea_orm::entity::prelude::*;

/// One numbered entry of the log.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "events")]
pub struct Model {
    /// From the counter: dense, and in the order of the commits.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// Random; tells this event from another of the same id on another timeline of the database.
    pub nonce: i64,
    /// What happened: a name that `the log` knows, or one of a newer build's.
    pub kind: String,
    /// For a change of a post: which, by a name that the log knows, or one of a newer build's.
    pub change: Option<String>,
    /// For a post that was published, or has changed: which.
    pub post_id: Option<i64>,
    /// For lost rights: whose.
    pub user_id: Option<i64>,
    /// For lost rights: which; none means all of the person's.
    pub right_key: Option<String>,
    /// For lost rights: why, as the stream's `bye` says it.
    pub reason: Option<String>,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
