//! Table `groups`.

use sea_orm::entity::prelude::*;

use crate::ids::GroupId;

/// Users that posts are written to together.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    /// Never used again, even for another group of the same name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name as it is shown.
    pub name: String,
    /// The name as it is written, but for its case; unique.
    pub name_key: String,
    /// By which every spelling of the name is found (`names::key`); none, if another row has it.
    pub folded: Option<String>,
    /// By which names are found that look alike.
    pub skeleton: Option<String>,
    /// The skeleton of the name in small letters.
    pub folded_skeleton: Option<String>,
    /// Rows are in the order of names when these are; none until the first start after an upgrade.
    pub sort_key: Option<Vec<u8>>,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// How many users are in it.
    pub members: i64,
    /// Whether who is in it is named and counted to admins alone, and to who coordinates a post.
    pub closed: bool,
    /// The event with which it was removed; then it is hidden, and its name is free.
    pub removed_number: Option<i64>,
}

impl Model {
    /// The row's id as its own type.
    pub fn group_id(&self) -> GroupId {
        GroupId(self.id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
