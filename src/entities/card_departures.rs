//! Table `card_departures`: what was removed, for a day, so that every node learns of it.

use sea_orm::entity::prelude::*;

/// A card, or a board with all of its cards, that was removed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card_departures")]
pub struct Model {
    /// The rev of its removal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub rev: i64,
    /// The board that it stood on, or that was removed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub board_id: i64,
    /// The key of the card; empty if the board itself was removed.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Unix time in milliseconds.
    pub left_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
