//! Table `revisions`.

use sea_orm::entity::prelude::*;

use crate::entities::posts::{Kind, Severity};

/// What a post said from one event on, of a post that was edited.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revisions")]
pub struct Model {
    /// A row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// The post's version then.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    /// The event that made it so.
    pub number: i64,
    /// When that was, in Unix milliseconds.
    pub at_ms: i64,
    /// Who made it so; none if the server did.
    pub by_id: Option<i64>,
    /// Whether it was news or an alert.
    pub kind: Kind,
    /// How urgent it was.
    pub severity: Option<Severity>,
    /// Plain text; empty if it was struck.
    pub title: String,
    /// Markdown as it was written; empty if it was struck.
    pub body: String,
    /// When its text was struck, in Unix milliseconds.
    pub struck_ms: Option<i64>,
    /// Who struck it.
    pub struck_by: Option<i64>,
    /// Why, in plain text.
    pub struck_reason: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
