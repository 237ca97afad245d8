//! Table `reveals`.

use sea_orm::entity::prelude::*;

/// A secret on its way to the page that shows it, once.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reveals")]
pub struct Model {
    /// SHA-256 of what it is, of the page's address and of the session, in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// What is shown, in hexadecimal, sealed by what the address and the session's cookie hold.
    pub sealed: String,
    /// Unix time in milliseconds.
    pub expires_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
