//! Table `recipients`.

use sea_orm::entity::prelude::*;

/// One user whom one post's audience was resolved to when it was published.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recipients")]
pub struct Model {
    /// A row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
}

impl ActiveModelBehavior for ActiveModel {}
