//! Table `card_outputs`: what the work behind a card wrote last, apart from the card, which many may see.

use sea_orm::entity::prelude::*;

/// What the work behind a card wrote last.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card_outputs")]
pub struct Model {
    /// The card; with it goes this.
    #[sea_orm(primary_key, auto_increment = false)]
    pub card_id: i64,
    /// Plain text, a few kB at most.
    pub text: String,
    /// When it came; Unix time in milliseconds.
    pub at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
