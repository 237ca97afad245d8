//! Table `quiet`.

use sea_orm::entity::prelude::*;

use crate::entities::posts::Severity;

/// What somebody does not want to be told of, if they ever said anything of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quiet")]
pub struct Model {
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// Whether news are not told.
    pub mutes_news: bool,
    /// Alerts that are less severe are not told.
    pub mutes_below: Option<Severity>,
    /// Nothing is told until then, in Unix milliseconds.
    pub until_ms: Option<i64>,
    /// The day whose quiet hours are left out, like 2026-12-31.
    pub skipped: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
