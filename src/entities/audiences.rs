//! Table `audiences`.

use sea_orm::entity::prelude::*;

use crate::entities::posts::Severity;

/// Somebody, or some people, whom one post is for, or is not for: from one number of the log to another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audiences")]
pub struct Model {
    /// Of the post: `posts.number`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// Whether one user is meant, a group, or all.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope: Scope,
    /// A row of `groups` or of `users`, as the scope says; 0 for all.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: i64,
    /// The post's, so that a list of one urgency passes over nothing.
    pub urgency: Urgency,
    /// The event with which it began: the post's own, or a later one by which the post was widened.
    #[sea_orm(primary_key, auto_increment = false)]
    pub from_number: i64,
    /// The event with which it ended; none as long as it holds.
    pub to_number: Option<i64>,
    /// As of which event it is for who was in the group, if that is an earlier one than that with which it began.
    pub members_number: Option<i64>,
    /// When a change of the post let people in by it, in Unix milliseconds: by beginning it, or by ending an exception.
    pub widened_ms: Option<i64>,
    /// `posts.changed`, so that a pull finds the changes of what is somebody's.
    pub changed: i64,
}

/// Who is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Scope {
    /// The user who wrote it.
    #[sea_orm(string_value = "author")]
    Author,
    /// Everybody of the organisation, also who joins later.
    #[sea_orm(string_value = "everyone")]
    Everyone,
    /// All external people, also who joins later.
    #[sea_orm(string_value = "external")]
    External,
    /// Who was in a group when this began, or when it had begun before the post expired.
    #[sea_orm(string_value = "group")]
    Group,
    /// One user.
    #[sea_orm(string_value = "person")]
    Person,
    /// One user who is not meant, whatever else is said.
    #[sea_orm(string_value = "except")]
    Except,
}

/// What a post is, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Urgency {
    /// No alert.
    #[sea_orm(string_value = "news")]
    News,
    /// An alert of this severity.
    #[sea_orm(string_value = "info")]
    Info,
    /// An alert of this severity.
    #[sea_orm(string_value = "warning")]
    Warning,
    /// An alert of this severity.
    #[sea_orm(string_value = "critical")]
    Critical,
}

impl Model {
    /// As of which event it is for who was in the group.
    pub fn members_at(&self) -> i64 {
        self.members_number.unwrap_or(self.from_number)
    }
}

impl From<Option<Severity>> for Urgency {
    fn from(severity: Option<Severity>) -> Self {
        match severity {
            None => Self::News,
            Some(Severity::Info) => Self::Info,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Critical) => Self::Critical,
        }
    }
}

impl ActiveModelBehavior for ActiveModel {}
