//! Table `pings`: the addresses by which cards are pinged.

use sea_orm::entity::prelude::*;

/// The address by which a card is pinged.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pings")]
pub struct Model {
    /// The card; with it goes this.
    #[sea_orm(primary_key, auto_increment = false)]
    pub card_id: i64,
    /// The SHA-256 of the secret in the address, in hexadecimal.
    #[sea_orm(unique)]
    pub hash: String,
    /// The token by which it was made, if a program made it: the card is not pinged where the token may not post.
    pub token_id: Option<i64>,
    /// When it was made; Unix time in milliseconds.
    pub made_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
