//! Table `readers`.

use sea_orm::entity::prelude::*;

/// Up to where somebody has read, beside what they did with single posts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "readers")]
pub struct Model {
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// What events up to this one told is read, unless a receipt says otherwise. It only goes up.
    pub read_through: i64,
    /// The rev of the last time that many were marked together.
    pub marked_rev: i64,
    /// The rev of the last change of anything of theirs.
    pub rev: i64,
}

impl ActiveModelBehavior for ActiveModel {}
