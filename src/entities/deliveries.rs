//! Table `deliveries`.

use sea_orm::entity::prelude::*;

/// By which it is known how much of it is kept.
pub const TABLE: &str = "deliveries";

/// That a post which asks something was sent to an open page of somebody whom it reached.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    /// Of the post: `posts.number`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// When that was noted, in Unix milliseconds: up to ten seconds later.
    pub at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
