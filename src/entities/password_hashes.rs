//! The column of table `users` that only what looks at passwords reads.

use sea_orm::entity::prelude::*;

/// The hash of one user's password.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// The id of the user, whose row it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// An argon2id hash in PHC string format.
    pub password_hash: String,
}

impl ActiveModelBehavior for ActiveModel {}
