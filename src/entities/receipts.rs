//! Table `receipts`.

use sea_orm::entity::prelude::*;

/// What one person did with one post.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "receipts")]
pub struct Model {
    /// Who: a row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// With what: a row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// The number of the post.
    pub number: i64,
    /// The newest event when it was read; 0 if it never was by itself.
    pub read_at: i64,
    /// Whether they put it back to be read later.
    pub is_unread: bool,
    /// When they said that they have seen it, in Unix milliseconds.
    pub acknowledged_ms: Option<i64>,
    /// Which of the post's answers they gave, from 0.
    pub answer: Option<i32>,
    /// What they said beside it.
    pub note: Option<String>,
    /// By which number they can be called.
    pub telephone: Option<String>,
    /// When they were last reminded that it asks something of them, in Unix milliseconds.
    pub reminded_ms: Option<i64>,
    /// Of the change that last wrote whether they did.
    pub acknowledged_rev: Option<i64>,
    /// Of the change that wrote this.
    pub rev: i64,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
    /// Until when they do not want to see it, in Unix milliseconds; none if they do.
    pub snoozed_until_ms: Option<i64>,
    /// Since when they did not want to see it, in Unix milliseconds; kept until it is read, when it has come back.
    pub snoozed_ms: Option<i64>,
    /// The alert that tells that they need help: a row of `posts`.
    pub call_id: Option<i64>,
    /// Who helps: a row of `users`.
    pub taken_by: Option<i64>,
    /// Since when, in Unix milliseconds.
    pub taken_ms: Option<i64>,
    /// Who answered in their place: a row of `users`; none if they did.
    pub answered_by: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
