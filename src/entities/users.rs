//! Table `users`.

use sea_orm::entity::prelude::*;

use crate::{ids::UserId, names};

/// A user who may sign in, or could before being disabled: every column but the hash of the password, which has an
/// entity of its own (`password_hashes`), so that no list reads it by accident.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Never used again, even for another user of the same name.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The name as its user writes it.
    pub name: String,
    /// The name as it is written, but for its case; unique.
    pub name_key: String,
    /// By which every spelling of the name is found (`names::key`); none, if another row has it.
    pub folded: Option<String>,
    /// By which names are found that look alike; none, if another row has it.
    pub skeleton: Option<String>,
    /// The skeleton of the name in small letters; none, if another row has it.
    pub folded_skeleton: Option<String>,
    /// Rows are in the order of names when these are; none until the first start after an upgrade.
    pub sort_key: Option<Vec<u8>>,
    /// What the user may do.
    pub role: Role,
    /// Whether the user may not sign in.
    pub disabled: bool,
    /// Unix time in milliseconds.
    pub created_ms: i64,
    /// The last request of any of the user's sessions, to the minute; Unix time in milliseconds.
    pub last_seen_ms: Option<i64>,
    /// By which the organisation's own lists know the user; unique.
    pub number: Option<String>,
    /// From outside: not one of "everyone", unless that is said to include them.
    pub external: bool,
    /// From when on the account is good for nothing; Unix time in milliseconds.
    pub ends_ms: Option<i64>,
    /// What disabled the account, if it was nobody by hand.
    pub disabled_by: Option<DisabledBy>,
    /// The newest event when the account was made: what came later, and is for everyone, reached its user.
    pub from_number: i64,
    /// The newest event when the user was last kept from signing in; none while they may.
    pub to_number: Option<i64>,
    /// By what a post counts as read by the user.
    pub reads: Reads,
    /// The tag of the language that the user chose; none, as long as it is that of their browser.
    pub language: Option<String>,
    /// The IANA name of the time zone that the user chose; none, as long as it is the server's.
    pub time_zone: Option<String>,
    /// In which colours the user's pages are.
    pub theme: Theme,
    /// How large the user's pages are.
    pub text_size: TextSize,
    /// How much of a list the user's pages show at once.
    pub density: Density,
    /// Whether notifications of posts have their titles.
    pub tells_titles: bool,
    /// Of what the user wants to hear a sound: words with a space between two.
    pub sounds: String,
}

/// In which colours pages are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Theme {
    /// In those of the reader's system.
    #[default]
    #[sea_orm(string_value = "system")]
    System,
    /// Dark on light.
    #[sea_orm(string_value = "light")]
    Light,
    /// Light on dark.
    #[sea_orm(string_value = "dark")]
    Dark,
}

/// How large pages are, beside what the reader's browser makes of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum TextSize {
    /// As they are made.
    #[default]
    #[sea_orm(string_value = "normal")]
    Normal,
    /// An eighth larger.
    #[sea_orm(string_value = "large")]
    Large,
    /// A quarter larger.
    #[sea_orm(string_value = "larger")]
    Larger,
}

/// How much of a list a page shows at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Density {
    /// With room around each post.
    #[default]
    #[sea_orm(string_value = "airy")]
    Airy,
    /// With little room.
    #[sea_orm(string_value = "compact")]
    Compact,
}

/// By what a post counts as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Reads {
    /// By standing in view for a while, or by being opened.
    #[sea_orm(string_value = "view")]
    InView,
    /// By being opened.
    #[sea_orm(string_value = "opening")]
    Opening,
    /// By the user's word alone.
    #[sea_orm(string_value = "hand")]
    ByHand,
}

/// What disables an account without anybody's hand, and may let it in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DisabledBy {
    /// A list of the organisation's people, which did not have it.
    #[sea_orm(string_value = "list")]
    List,
    /// Its last day was over.
    #[sea_orm(string_value = "end")]
    End,
}

/// What a user may do.
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

impl Model {
    /// The row's id as its own type.
    pub fn user_id(&self) -> UserId {
        UserId(self.id)
    }

    /// Whether the user may manage users, tokens and settings.
    pub fn is_admin(&self) -> bool {
        self.role == Role::Admin
    }

    /// Whether the user may post.
    pub fn may_post(&self) -> bool {
        matches!(self.role, Role::Publisher | Role::Admin)
    }

    /// Whether the name could be taken for somebody else's, or cannot be seen: none of today may be so.
    pub fn has_doubtful_name(&self) -> bool {
        let is_known = self.sort_key.is_some();
        let is_alone = self.folded.is_some() && self.skeleton.is_some() && self.folded_skeleton.is_some();
        (is_known && !is_alone) || names::parse(&self.name).is_err()
    }
}

impl Reads {
    /// As forms and pages say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::InView => "view",
            Self::Opening => "opening",
            Self::ByHand => "hand",
        }
    }

    /// What that word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::InView, Self::Opening, Self::ByHand].into_iter().find(|reads| reads.word() == word)
    }
}

impl Theme {
    /// As forms and pages say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// What that word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|theme| theme.word() == word)
    }
}

impl TextSize {
    /// As forms and pages say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
            Self::Larger => "larger",
        }
    }

    /// What that word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Normal, Self::Large, Self::Larger].into_iter().find(|size| size.word() == word)
    }
}

impl Density {
    /// As forms and pages say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Airy => "airy",
            Self::Compact => "compact",
        }
    }

    /// What that word means.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Airy, Self::Compact].into_iter().find(|density| density.word() == word)
    }
}

impl Role {
    /// As forms and the command line say it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Publisher => "publisher",
            Self::Admin => "admin",
        }
    }

    /// The role of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Member, Self::Publisher, Self::Admin].into_iter().find(|role| role.word() == word)
    }
}

impl ActiveModelBehavior for ActiveModel {}
