//! Table `links`.

use sea_orm::entity::prelude::*;

use crate::entities::users::Role;

/// A one-time link: an invitation, or one to set a new password.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "links")]
pub struct Model {
    /// Names the link where its secret must not stand.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// SHA-256 of the secret, in hexadecimal.
    #[sea_orm(unique)]
    pub hash: String,
    /// Of an invitation: what the invited may do.
    pub role: Option<Role>,
    /// Of an invitation: the name; none when the invited chooses it.
    pub name: Option<String>,
    /// Of a new password: the user whose it is.
    pub user_id: Option<i64>,
    /// The admin who made it; whom it is for, if nobody but the server's own shell did.
    pub made_by: i64,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// From when on it is good for nothing; Unix time in milliseconds.
    pub expires_ms: i64,
    /// When it was used or withdrawn; Unix time in milliseconds.
    pub spent_ms: Option<i64>,
    /// Whether it was made on the server's own command line.
    pub by_shell: bool,
}

impl ActiveModelBehavior for ActiveModel {}
