//! Table `boards`.

use sea_orm::entity::prelude::*;

/// A page of cards.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "boards")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Its name in addresses and for programs: `[a-z0-9._-]`, up to 60. It stays as it is.
    #[sea_orm(unique)]
    pub slug: String,
    /// The name that people read.
    pub name: String,
    /// Who may see it now, as JSON.
    pub audience: String,
    /// Its sections, and what stands in which, line by line.
    pub layout: String,
    /// Boards are listed in this order, then by name.
    pub place: i64,
    /// Whether it stands above the feed.
    pub above_feed: bool,
    /// Unix time in milliseconds.
    pub made_ms: i64,
    /// The rev of its last change.
    pub rev: i64,
    /// Until when no card on it raises alarms; Unix time in milliseconds.
    pub paused_until_ms: Option<i64>,
    /// Who paused it, by name.
    pub paused_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
