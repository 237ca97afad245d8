//! By what right somebody listens: a session of theirs, a token, or the link of a wall.

use std::{fmt, str::FromStr};

use crate::ids::{SessionKey, TokenId, WallId};

/// One right to listen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// The session of a browser.
    Session(SessionKey),
    /// A program's token.
    Token(TokenId),
    /// The link of a screen on a wall.
    Wall(WallId),
}

/// Not the text of a right.
#[derive(Debug, thiserror::Error)]
#[error("not a right of the form session:KEY, token:ID or wall:ID")]
pub struct MalformedRight;

/// As it is stored in the log.
impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(key) => write!(f, "session:{}", key.as_str()),
            Self::Token(id) => write!(f, "token:{}", id.0),
            Self::Wall(id) => write!(f, "wall:{}", id.0),
        }
    }
}

impl FromStr for Right {
    type Err = MalformedRight;

    fn from_str(text: &str) -> Result<Self, MalformedRight> {
        match text.split_once(':') {
            Some(("session", key)) => Ok(Self::Session(SessionKey::stored(key.to_owned()))),
            Some(("token", id)) => Ok(Self::Token(TokenId(id.parse().map_err(|_| MalformedRight)?))),
            Some(("wall", id)) => Ok(Self::Wall(WallId(id.parse().map_err(|_| MalformedRight)?))),
            _ => Err(MalformedRight),
        }
    }
}
