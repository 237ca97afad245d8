//! What rows are named by, as types of their own, so that one is never taken for another.

use std::{fmt, sync::Arc};

use tower_sessions::session::Id;

use crate::digest;

/// The id of a row of `users`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub i64);

/// The id of a row of `groups`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(pub i64);

/// The id of a row of `tokens`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TokenId(pub i64);

/// The id of a row of `boards`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BoardId(pub i64);

/// The id of a row of `cards`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CardId(pub i64);

/// The id of a row of `walls`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WallId(pub i64);

/// Who listens: somebody with an account, or a screen on a wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ListenerId {
    /// A person, by a browser or by a program of theirs.
    User(UserId),
    /// A screen, which shows one board and is nobody.
    Wall(WallId),
}

impl UserId {
    /// No row of `users` has it.
    pub const NOBODY: Self = Self(0);
}

impl ListenerId {
    /// The person, if it is one.
    pub fn user(self) -> Option<UserId> {
        match self {
            Self::User(user) => Some(user),
            Self::Wall(_) => None,
        }
    }
}

impl From<UserId> for ListenerId {
    fn from(user: UserId) -> Self {
        Self::User(user)
    }
}

/// For the program's log.
impl fmt::Display for ListenerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "user:{}", user.0),
            Self::Wall(wall) => write!(f, "wall:{}", wall.0),
        }
    }
}

/// What a session is stored and known by inside: the SHA-256 of its id, in hexadecimal. Each stream has it, and so have
/// the memories beside it, so a copy shares its letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey(Arc<str>);

impl SessionKey {
    /// The key of the session with this id.
    pub fn of(id: &Id) -> Self {
        Self(digest::sha256_hex(id.0.to_le_bytes()).into())
    }

    /// A key as it was stored.
    pub fn stored(key: String) -> Self {
        Self(key.into())
    }

    /// As it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
