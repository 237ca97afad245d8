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
    /// The name as it is written, but for its case; unique.
    pub name_key: String,
    /// By which every spelling of the name is found (`names::key`); none, if another row has it.
    pub folded: Option<String>,
    /// The same for names that look alike, as written and in small letters; none, if another row has it.
    pub skeleton: Option<String>,
    /// See `skeleton`.
    pub folded_skeleton: Option<String>,
    /// Rows are in the order of names when these are; none until the first start after an upgrade.
    pub sort_key: Option<Vec<u8>>,
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
