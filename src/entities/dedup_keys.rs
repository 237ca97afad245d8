//! Table `dedup_keys`.

use sea_orm::entity::prelude::*;

use crate::entities::posts::Severity;

/// By which a program says again what it has published.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dedup_keys")]
pub struct Model {
    /// The token whose key it is: each has keys of its own.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_id: i64,
    /// As the program made it up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The post that was last published with it.
    pub post_id: i64,
    /// How urgent the post was when its readers were last told of it, or less if it was less urgent since.
    pub told_severity: Option<Severity>,
    /// When screens were last told of how often it was said, in Unix milliseconds.
    pub told_ms: i64,
    /// When they are to be told next, in Unix milliseconds.
    pub due_ms: Option<i64>,
    /// When the key was last used, in Unix milliseconds.
    pub used_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
