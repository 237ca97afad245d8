//! Table `alert_marks`.

use sea_orm::entity::prelude::*;

/// That one user took notice of one critical alert.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alert_marks")]
pub struct Model {
    /// Who took notice: a row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// What they took notice of: a row of `posts`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: i64,
    /// Unix time in milliseconds.
    pub at_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
