//! Table `post_groups`.

use sea_orm::entity::prelude::*;

/// One group that one post was for when it was published.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post_groups")]
pub struct Model {
    /// A row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// The group, which may be gone.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: i64,
    /// The name it had then.
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
