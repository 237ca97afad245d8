//! Table `idempotency_keys`.

use sea_orm::entity::prelude::*;

/// One request of a program that may be sent again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// The token that the request came with.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_id: i64,
    /// As the program made it up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the request's body, in hexadecimal.
    pub body_hash: String,
    /// The post that it made.
    pub post_id: i64,
    /// The cursor of the post's event.
    pub event: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
