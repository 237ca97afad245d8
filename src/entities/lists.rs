//! Table `lists`.

use sea_orm::entity::prelude::*;

/// A list of the organisation's people, from the page that shows what it would change to the end of its taking.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lists")]
pub struct Model {
    /// Random, in hexadecimal: part of its pages' addresses.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// The admin who brought it.
    pub made_by: i64,
    /// As it came; nothing once it was taken.
    pub text: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// Since when it is taken; Unix time in milliseconds.
    pub begun_ms: Option<i64>,
    /// When whoever takes it last said so; Unix time in milliseconds.
    pub beat_ms: Option<i64>,
    /// When it was taken, or given up; Unix time in milliseconds.
    pub ended_ms: Option<i64>,
    /// Why it was given up, in a sentence.
    pub failure: Option<String>,
    /// Who was added so far.
    pub added: i64,
    /// Who was changed so far.
    pub changed: i64,
    /// Who was disabled so far.
    pub disabled: i64,
    /// One-time links that were made so far.
    pub links: i64,
    /// In how many parts the links are kept.
    pub parts: i64,
}

impl ActiveModelBehavior for ActiveModel {}
