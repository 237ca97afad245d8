//! Table `groups`.

use sea_orm::entity::prelude::*;

/// People that posts are written to together.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    /// Never used again, even for another group of the same name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// As it is shown.
    pub name: String,
    /// The name as it is written, but for its case; unique.
    pub name_key: String,
    /// By which every spelling of the name is found (`names::key`); none, if another row has it.
    pub folded: Option<String>,
    /// The same for names that look alike, as written and in small letters.
    pub skeleton: Option<String>,
    /// See `skeleton`.
    pub folded_skeleton: Option<String>,
    /// Rows are in the order of names when these are; none until the first start after an upgrade.
    pub sort_key: Option<Vec<u8>>,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
