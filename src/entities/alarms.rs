//! Table `alarms`.

use sea_orm::entity::prelude::*;

use crate::entities::posts::Severity;

/// What one card is alarmed about, was, or will be unless something changes.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alarms")]
pub struct Model {
    /// 0 before it is written.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The card, which may have been removed.
    pub card_id: i64,
    /// What it is about; a card has one alarm of each.
    pub cause: String,
    /// How it stands.
    pub state: State,
    /// How urgent it is.
    pub severity: Severity,
    /// Since when what it is about is so; Unix time in milliseconds.
    pub since_ms: i64,
    /// When it was last raised; Unix time in milliseconds.
    pub raised_ms: Option<i64>,
    /// When it was last over; Unix time in milliseconds.
    pub ended_ms: Option<i64>,
    /// When there is something to do for it; Unix time in milliseconds.
    pub due_ms: Option<i64>,
    /// The post that tells of it.
    pub post_id: Option<i64>,
    /// Whether that post tells of others, too.
    pub grouped: bool,
    /// How often it was raised, as far as that post tells.
    pub repeats: i64,
    /// What the card showed before.
    pub was: Option<String>,
    /// What it showed when this began.
    pub reading: Option<String>,
    /// What is said of it now that it is over.
    pub note: Option<String>,
    /// When it was raised and over lately, as JSON.
    pub changes: String,
    /// Whether it changes so often that this is told once.
    pub flapping: bool,
}

/// How an alarm stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum State {
    /// It is raised at the time when it is due, unless something changes.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// It is raised.
    #[sea_orm(string_value = "raised")]
    Raised,
    /// It is over.
    #[sea_orm(string_value = "ended")]
    Ended,
}

impl ActiveModelBehavior for ActiveModel {}
