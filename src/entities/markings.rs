//! Table `markings`.

use sea_orm::entity::prelude::*;

/// That somebody marked many posts as read at once, which they may undo.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "markings")]
pub struct Model {
    /// Part of the address by which it is undone.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Who: a row of `users`.
    pub user_id: i64,
    /// Of the change that wrote this.
    pub rev: i64,
    /// The ids of the posts that were unread before, with a comma between them.
    pub posts: String,
    /// When, in Unix milliseconds.
    pub at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
