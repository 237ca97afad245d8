//! Table `card_history`: what the values of cards were, a row for each card and day.

use sea_orm::entity::prelude::*;

/// A day of a card.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card_history")]
pub struct Model {
    /// The card; with it goes this.
    #[sea_orm(primary_key, auto_increment = false)]
    pub card_id: i64,
    /// Since 1970, in UTC.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i64,
    /// Minutes that one point stands for: 1 or 60.
    pub step: i64,
    /// The points, packed: `domain::cards::history::packing` says how.
    pub points: Vec<u8>,
}

impl ActiveModelBehavior for ActiveModel {}
