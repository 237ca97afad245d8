//! Table `setup_links`.

use sea_orm::entity::prelude::*;

/// A link by which the first administrator can be made.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "setup_links")]
pub struct Model {
    /// SHA-256 of its token, in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// Unix time in milliseconds.
    pub expires_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
