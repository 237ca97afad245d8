//! What can go wrong with a program's request: one `type` each, which stays what it is (RFC 9457).

use std::{collections::BTreeMap, sync::Arc};

use sea_orm::DbErr;

use crate::{
    db,
    domain::{cards::CardError, posts::Problems},
    live::hub,
};

mod answer;
mod kind;

/// What kept a program's request from being answered as it wished.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No token.
    #[error("a good token is needed, as `Authorization: Bearer tid_…`")]
    Unauthenticated,
    /// A token that is good for nothing.
    #[error("the token is unknown or revoked, or its owner may not sign in")]
    BadToken,
    /// The token is not for this.
    #[error("the token lacks the scope `{0}`")]
    Scope(&'static str),
    /// The token's owner may not do this.
    #[error("the token's owner may not post")]
    Role,
    /// The token is for use from elsewhere.
    #[error("the token may not be used from this address")]
    Address,
    /// The token is held to certain groups.
    #[error("the token may only post to certain groups")]
    Groups,
    /// Nothing is here, or nothing that the token's owner may see.
    #[error("nothing is here that the token's owner may see")]
    NotFound,
    /// The token published no such post.
    #[error("no post is here that was published with this token")]
    NotPublishedByIt,
    /// The post does not ask this person, or they do not need help.
    #[error("nobody is here whom this post asks, or who needs help")]
    NotOnRoster,
    /// The post was changed since it was read, and has this version now.
    #[error("the post was changed meanwhile: its version is {0} now")]
    OtherVersion(i64),
    /// The post is news.
    #[error("this is news; only an alert has a severity, and can be over")]
    NotAnAlert,
    /// The post was taken back.
    #[error("the post was withdrawn, and stays as it is")]
    Withdrawn,
    /// The post's time is over.
    #[error("the post has expired; another time (`expires`), or none, brings it back")]
    Expired,
    /// The address does not take this method, but these.
    #[error("the address takes {0}")]
    Method(Arc<str>),
    /// The body is not JSON of the right shape, or a parameter is not what it should be.
    #[error("{0}")]
    Malformed(String),
    /// The post cannot be published as it is.
    #[error("the post cannot be published as it is")]
    Invalid(Box<Problems>),
    /// The card cannot be kept as it is: a sentence for each field.
    #[error("the card cannot be kept as it is")]
    InvalidCard(BTreeMap<&'static str, String>),
    /// The answer cannot be kept as it is: a sentence for each field.
    #[error("the answer cannot be kept as it is")]
    InvalidAnswer(BTreeMap<&'static str, String>),
    /// Who was answered for had answered themselves.
    #[error("they have answered themselves, which counts; what was said for them is kept in the record")]
    OwnAnswer,
    /// Somebody helps already.
    #[error("{0} has taken it")]
    Taken(String),
    /// A newer version of the card was there first.
    #[error("the card is at version {0} already")]
    OldVersion(i64),
    /// There are as many cards or boards as there may be.
    #[error("{0}")]
    TooMany(&'static str),
    /// The board is there, and the token's owner may not see it.
    #[error("the board is not one that the token's owner may see")]
    Board,
    /// The request is for another host.
    #[error("the server does not answer to this name; it is to be started with --base-url")]
    OtherHost,
    /// The body is larger than it may be.
    #[error("a body has at most 512 KiB")]
    TooLarge,
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The body says that it is something else than JSON.
    #[error("the body is to be application/json")]
    NotJson,
    /// The idempotency key belongs to another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The same request is being answered at this moment.
    #[error("the same request is being answered at this moment")]
    KeyInProgress,
    /// There are as many streams as there may be.
    #[error("{0}")]
    TooManyStreams(hub::NoRoom),
    /// The server stops, or is full.
    #[error("{0}")]
    NotNow(hub::NoRoom),
    /// The database did not do what was asked.
    #[error("{}", db::reason(.0))]
    Database(#[from] DbErr),
    /// A fault of the program.
    #[error("it was written to the log")]
    Internal,
}

impl From<CardError> for Problem {
    fn from(error: CardError) -> Self {
        match error {
            CardError::NotFound => Self::NotFound,
            CardError::OtherBoard => Self::Board,
            CardError::Invalid(problems) => Self::InvalidCard(problems),
            CardError::OldVersion(version) => Self::OldVersion(version),
            CardError::TooMany(what) => Self::TooMany(what),
            CardError::OtherGroups => Self::Groups,
            CardError::Database(error) => Self::Database(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_description_lists_every_type() {
        let description: serde_json::Value =
            serde_json::from_str(include_str!("api/openapi.json")).expect("the description is JSON");
        let described = &description["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
        let mut described: Vec<_> = described.as_array().expect("an enum").iter().collect();
        let types: Vec<_> =
            Problem::each().iter().map(|problem| json!(format!("/api#{}", problem.kind().1))).collect();
        let mut types: Vec<_> = types.iter().collect();

        described.sort_by_key(|value| value.to_string());
        types.sort_by_key(|value| value.to_string());
        assert_eq!(described, types);
    }
}
