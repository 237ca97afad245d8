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
    /// What happened.
    pub kind: Kind,
    /// For a post that was published: which.
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

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Kind {
    /// A post was published.
    #[sea_orm(string_value = "post")]
    Post,
    /// A person or a session lost the right to listen. Never delivered.
    #[sea_orm(string_value = "rights")]
    Rights,
}

impl ActiveModelBehavior for ActiveModel {}
