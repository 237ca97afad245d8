//! Table `externals`.

use sea_orm::entity::prelude::*;

/// From which number of the log to which a user was from outside.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "externals")]
pub struct Model {
    /// A row of `users`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: i64,
    /// The newest event when that began.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_number: i64,
    /// The newest event when it ended; none as long as it is so.
    pub to_number: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
