//! Table `posts`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::ids::UserId;

/// What a publisher wrote.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "posts")]
pub struct Model {
    /// Part of the post's address, `/posts/{id}`.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The id of the event that published it; lists are in this order. Below 0, if that was trimmed before posts had
    /// numbers.
    #[sea_orm(unique)]
    pub number: i64,
    /// Who published it; may always see it, unless the server did. Ask `writer`.
    pub author_id: i64,
    /// Whether it is news or an alert.
    pub kind: Kind,
    /// How urgent an alert is; none for news.
    pub severity: Option<Severity>,
    /// Plain text, 1 to 200 characters, without control characters.
    pub title: String,
    /// Markdown as it was written, up to 64 KiB.
    pub body: String,
    /// The body, rendered and sanitised once, when it was published.
    pub html: String,
    /// Whom it is for, in a word; who that is stands in `audiences`.
    pub audience: Audience,
    /// The one-time key of the form it came from.
    pub key: Option<String>,
    /// Unix time in milliseconds.
    pub published_ms: i64,
    /// How often it has been written: 1 when it was published, one more by each change.
    pub version: i64,
    /// The id of the event that last told its readers of it; 0 if a build that knew no changes published it. Ask `told_by`.
    pub told: i64,
    /// When they were told of it again, in Unix milliseconds.
    pub told_again_ms: Option<i64>,
    /// The id of the event of its last change; 0 if there was none.
    pub changed: i64,
    /// When it was last edited, in Unix milliseconds.
    pub edited_ms: Option<i64>,
    /// Since when an alert is over, in Unix milliseconds.
    pub resolved_ms: Option<i64>,
    /// Who said that it is over; none if the server found out.
    pub resolved_by: Option<i64>,
    /// What they said of it, in plain text.
    pub resolved_note: Option<String>,
    /// Whether those whom it reached are to say that they have seen it.
    pub acknowledge: bool,
    /// By when they are to, in Unix milliseconds.
    pub due_ms: Option<i64>,
    /// What it offers as answers, as JSON; none, if it offers none.
    pub answers: Option<String>,
    /// Whether who needs help is to say by which number they can be called.
    pub telephone: bool,
    /// The token by which a program published it.
    pub token_id: Option<i64>,
    /// Since when it is taken back, in Unix milliseconds: only its author has it.
    pub withdrawn_ms: Option<i64>,
    /// Who took it back.
    pub withdrawn_by: Option<i64>,
    /// Why, in plain text.
    pub withdrawn_reason: Option<String>,
    /// Until when it is there, in Unix milliseconds; none, if it stays.
    pub expires_ms: Option<i64>,
    /// Since when that is over, in Unix milliseconds: only its author has it.
    pub expired_ms: Option<i64>,
    /// The group whose members may do for it what its author may: a row of `groups`.
    pub coordinator_group: Option<i64>,
    /// The person, in place of a group: a row of `users`.
    pub coordinator: Option<i64>,
    /// Whether an admin named them, so that they may know who is in closed groups.
    pub coordinators_by_admin: bool,
    /// Since when nobody coordinates it any more, as far as the admins were told, in Unix milliseconds.
    pub uncoordinated_ms: Option<i64>,
    /// The alert by which the admins were told so: a row of `posts`.
    pub uncoordinated_post: Option<i64>,
    /// Until when it stands on top of lists, in Unix milliseconds; none, if it stands in its place.
    pub pinned_until_ms: Option<i64>,
    /// How often a program has said it: once, unless it came again with its key.
    pub repeats: i64,
    /// When it was last said again, in Unix milliseconds.
    pub repeated_ms: Option<i64>,
    /// Why it came to more people than it was for, as JSON; none, if it did not.
    pub escalated: Option<String>,
    /// Whether it is a drill, as it was published.
    pub drill: bool,
    /// Whether the server published it, about a post of its author's, and it is nobody's.
    pub of_server: bool,
}

/// What a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something to read when there is time.
    #[sea_orm(string_value = "news")]
    News,
    /// Something to act on.
    #[sea_orm(string_value = "alert")]
    Alert,
}

/// How urgent an alert is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Readers should know it.
    #[sea_orm(string_value = "info")]
    Info,
    /// Readers should act soon.
    #[sea_orm(string_value = "warning")]
    Warning,
    /// Readers should act now.
    #[sea_orm(string_value = "critical")]
    Critical,
}

/// Whom a post is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Audience {
    /// Everybody, also who joins later.
    #[sea_orm(string_value = "everyone")]
    Everyone,
    /// The users who were named.
    #[sea_orm(string_value = "people")]
    People,
    /// Who was in the groups that were named, when it was published.
    #[sea_orm(string_value = "groups")]
    Groups,
    /// Both: users who were named, and who was in groups that were.
    #[sea_orm(string_value = "chosen")]
    Chosen,
}

impl Model {
    /// Whose it is; nobody's, if the server published it.
    pub fn writer(&self) -> Option<UserId> {
        (!self.of_server).then_some(UserId(self.author_id))
    }

    /// The event that last told its readers of it: a page that has seen less does not have it.
    pub fn told_by(&self) -> i64 {
        self.told.max(self.number)
    }

    /// Whether it is an alert that is over.
    pub fn is_over(&self) -> bool {
        self.resolved_ms.is_some()
    }

    /// Whether it asks something of those whom it reached: not any more, once it is over.
    pub fn is_asking(&self) -> bool {
        self.acknowledge && !self.is_over() && !self.is_gone()
    }

    /// Whether it was taken back.
    pub fn is_withdrawn(&self) -> bool {
        self.withdrawn_ms.is_some()
    }

    /// Whether its time is over.
    pub fn is_expired(&self) -> bool {
        self.expired_ms.is_some()
    }

    /// Whether its author alone has it still.
    pub fn is_gone(&self) -> bool {
        self.is_withdrawn() || self.is_expired()
    }
}

impl ActiveModelBehavior for ActiveModel {}
