//! Table `users`.

use sea_orm::entity::prelude::*;

/// A person who may sign in, or could before being disabled.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Never used again, even for another person of the same name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// As the person writes it.
    pub name: String,
    /// The name without regard to case; unique.
    pub name_key: String,
    /// An argon2id hash in PHC string format.
    pub password_hash: String,
    /// What the person may do.
    pub role: Role,
    /// May not sign in.
    pub disabled: bool,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// The last request of any of the person's sessions, to the minute; Unix time in milliseconds.
    pub last_seen_ms: Option<i64>,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, clap::ValueEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Role {
    /// Reads.
    #[sea_orm(string_value = "member")]
    Member,
    /// Reads and posts.
    #[sea_orm(string_value = "publisher")]
    Publisher,
    /// Reads, posts, and manages people, tokens and settings.
    #[sea_orm(string_value = "admin")]
    Admin,
}

impl ActiveModelBehavior for ActiveModel {}
