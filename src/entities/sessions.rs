//! Table `sessions`.

use sea_orm::entity::prelude::*;

/// A login of a user.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// SHA-256 of the session id in hexadecimal, so that reading the table gives nobody a session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Whose login it is.
    pub user_id: i64,
    /// What the browser calls itself (`User-Agent`), cut short.
    pub agent: String,
    /// Where it was last seen.
    pub address: String,
    /// When the password was last typed in it; Unix time in milliseconds.
    pub confirmed_ms: i64,
    /// The session's data as JSON.
    pub data: String,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// Unix time in milliseconds, to the minute.
    pub last_seen_ms: i64,
    /// Unix time in milliseconds; moves on with use, up to the absolute limit.
    pub expires_ms: i64,
    /// How long it lasts unused, in milliseconds, if that is less than others: on a computer that several people use.
    pub idle_ms: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
