//! Table `cards`.

use sea_orm::entity::prelude::*;

/// A named value, shown as it is now.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cards")]
pub struct Model {
    /// Never used again.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// By which programs name it: `[a-z0-9._:-]`, up to 100.
    #[sea_orm(unique)]
    pub key: String,
    /// The board that it stands on.
    pub board_id: i64,
    /// Whose it is: the owner of the token that made it.
    pub owner_id: i64,
    /// What people read above the value.
    pub title: String,
    /// Who of those who see the board may see it now, as JSON; none, if all of them may.
    pub audience: Option<String>,
    /// Where more is to be found, by http or https.
    pub url: Option<String>,
    /// A line of text below the value.
    pub note: Option<String>,
    /// After so many seconds without a report it is old.
    pub ttl_s: Option<i64>,
    /// The newest version that was reported, if reports have versions.
    pub version: Option<i64>,
    /// What was reported last, as JSON.
    pub reading: String,
    /// When that was; Unix time in milliseconds.
    pub reported_ms: i64,
    /// Unix time in milliseconds.
    pub made_ms: i64,
    /// The rev of its last change.
    pub rev: i64,
    /// What it raises alarms for, as JSON.
    pub alarm: Option<String>,
    /// The worst alarm that is raised, as JSON.
    pub raised: Option<String>,
    /// From when on it is silent, unless there is a report; Unix time in milliseconds. None if nobody looks, or if it is.
    pub silent_ms: Option<i64>,
    /// Until when it raises no alarms; Unix time in milliseconds.
    pub paused_until_ms: Option<i64>,
    /// Who paused it, by name.
    pub paused_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
