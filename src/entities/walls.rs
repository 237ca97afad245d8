//! Table `walls`.

use sea_orm::entity::prelude::*;

use crate::ids::{BoardId, WallId};

/// The link of a screen that shows one board.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "walls")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// A row of `boards`.
    pub board_id: i64,
    /// Which screen it is, in the words of whoever made it.
    pub name: String,
    /// The SHA-256 of the secret in its address, in hexadecimal.
    #[sea_orm(unique)]
    pub secret_hash: String,
    /// The SHA-256 of the cookie of the screen that opened it, in hexadecimal; none before the first opening.
    pub cookie_hash: Option<String>,
    /// `dark`, `light`, or empty for the screen's own.
    pub look: String,
    /// Whether whoever made it confirmed that the board is not for everyone.
    pub is_confirmed: bool,
    /// Whether critical posts for everyone take the screen over.
    pub posts_for_everyone: bool,
    /// The name of whoever made it.
    pub made_by: String,
    /// Unix time in milliseconds.
    pub made_ms: i64,
    /// When the screen was last seen; Unix time in milliseconds.
    pub seen_ms: Option<i64>,
}

impl Model {
    /// Its id, as a type of its own.
    pub fn wall_id(&self) -> WallId {
        WallId(self.id)
    }

    /// The board that it shows.
    pub fn board(&self) -> BoardId {
        BoardId(self.board_id)
    }
}

impl ActiveModelBehavior for ActiveModel {}
