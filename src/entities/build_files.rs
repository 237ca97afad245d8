//! Table `build_files`.

use sea_orm::entity::prelude::*;

/// One file of a build.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "build_files")]
pub struct Model {
    /// A row of `builds`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub build: String,
    /// As its address ends.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// As it is, uncompressed.
    pub content: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
