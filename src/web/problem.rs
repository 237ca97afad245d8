//! What can go wrong with a program's request: one `type` each, which stays what it is (RFC 9457).

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use poem::{
    Response,
    error::ResponseError,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use sea_orm::DbErr;
use serde::Serialize;
use serde_json::json;

use crate::{
    db,
    domain::{cards::CardError, posts::Problems},
    live::hub,
};

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

#[derive(Serialize)]
struct Body {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    errors: serde_json::Map<String, serde_json::Value>,
}

impl Problem {
    /// One of each, for whoever wants to list them.
    pub fn each() -> [Self; 27] {
        [
            Self::Unauthenticated,
            Self::Scope(""),
            Self::Role,
            Self::Address,
            Self::Groups,
            Self::NotFound,
            Self::Method("".into()),
            Self::Malformed(String::new()),
            Self::Invalid(Box::default()),
            Self::KeyReused,
            Self::KeyInProgress,
            Self::OldVersion(0),
            Self::TooMany(""),
            Self::Board,
            Self::OtherVersion(2),
            Self::NotAnAlert,
            Self::Withdrawn,
            Self::Expired,
            Self::OwnAnswer,
            Self::Taken(String::new()),
            Self::OtherHost,
            Self::TooLarge,
            Self::TooSlow,
            Self::NotJson,
            Self::TooManyStreams(hub::NoRoom::Full),
            Self::NotNow(hub::NoRoom::Full),
            Self::Internal,
        ]
    }

    /// Status, name and title; the name is the end of the `type`.
    pub fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Unauthenticated | Self::BadToken => {
                (StatusCode::UNAUTHORIZED, "unauthenticated", "A token is needed")
            }
            Self::Scope(_) => (StatusCode::FORBIDDEN, "scope", "The token is not for this"),
            Self::Role => (StatusCode::FORBIDDEN, "role", "The token's owner may not do this"),
            Self::Address => (StatusCode::FORBIDDEN, "address", "The token is not for use from there"),
            Self::Groups => (StatusCode::FORBIDDEN, "groups", "The token is for other groups"),
            Self::NotFound | Self::NotPublishedByIt | Self::NotOnRoster => {
                (StatusCode::NOT_FOUND, "not-found", "Nothing is here")
            }
            Self::OtherVersion(_) => (StatusCode::CONFLICT, "version", "The post has changed"),
            Self::NotAnAlert => (StatusCode::CONFLICT, "not-an-alert", "The post is no alert"),
            Self::Withdrawn => (StatusCode::CONFLICT, "withdrawn", "The post was withdrawn"),
            Self::Expired => (StatusCode::CONFLICT, "expired", "The post has expired"),
            Self::OwnAnswer => (StatusCode::CONFLICT, "own-answer", "They answered themselves"),
            Self::Taken(_) => (StatusCode::CONFLICT, "taken", "Somebody helps already"),
            Self::Method(_) => (StatusCode::METHOD_NOT_ALLOWED, "method", "That is not possible here"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "That could not be understood"),
            Self::Invalid(_) | Self::InvalidCard(_) | Self::InvalidAnswer(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "Something in it is not right")
            }
            Self::OldVersion(_) => (StatusCode::CONFLICT, "old-version", "There is a newer version"),
            Self::TooMany(_) => (StatusCode::CONFLICT, "too-many", "There are as many as there may be"),
            Self::Board => (StatusCode::FORBIDDEN, "board", "The board is for others"),
            Self::OtherHost => {
                (StatusCode::MISDIRECTED_REQUEST, "other-host", "This is not the server's address")
            }
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "That is too much"),
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow", "That took too long"),
            Self::NotJson => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "not-json", "That is not JSON"),
            Self::KeyReused => (StatusCode::UNPROCESSABLE_ENTITY, "key-reused", "The key was used before"),
            Self::KeyInProgress => (StatusCode::CONFLICT, "key-in-progress", "That is being done already"),
            Self::TooManyStreams(_) => {
                (StatusCode::TOO_MANY_REQUESTS, "too-many-streams", "Too many streams")
            }
            Self::NotNow(_) | Self::Database(_) => {
                (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not at the moment")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong"),
        }
    }
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

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.kind().0
    }

    fn as_response(&self) -> Response {
        if let Self::Database(error) = self {
            tracing::error!(%error, "A program's request failed");
        }
        let (status, name, title) = self.kind();
        let body = Body {
            r#type: format!("/api#{name}"),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            errors: self.by_field(),
        };
        let mut response = Response::builder()
            .status(status)
            .content_type("application/problem+json")
            .body(serde_json::to_string(&body).expect("strings and numbers always serialise"));
        if let Some((name, value)) = self.header() {
            let value = HeaderValue::try_from(value.as_ref()).expect("our own words are ASCII");
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl Problem {
    /// What the answer's head tells those who do not read its body; of tokens, RFC 6750, section 3.
    fn header(&self) -> Option<(HeaderName, Cow<'static, str>)> {
        let challenge =
            |more: &str| (header::WWW_AUTHENTICATE, format!(r#"Bearer realm="tidings"{more}"#).into());
        Some(match self {
            Self::Unauthenticated => challenge(""),
            Self::BadToken => challenge(r#", error="invalid_token""#),
            Self::Scope(scope) => challenge(&format!(r#", error="insufficient_scope", scope="{scope}""#)),
            Self::Method(methods) => (header::ALLOW, methods.to_string().into()),
            Self::NotNow(_) | Self::Database(_) | Self::TooManyStreams(_) | Self::KeyInProgress => {
                (header::RETRY_AFTER, "5".into())
            }
            // The rest of the body is not read, so the connection cannot carry another request.
            Self::TooLarge | Self::TooSlow | Self::NotJson => (header::CONNECTION, "close".into()),
            _ => return None,
        })
    }

    /// What is wrong, by field.
    pub fn by_field(&self) -> serde_json::Map<String, serde_json::Value> {
        let problems = match self {
            Self::Invalid(problems) => problems,
            Self::InvalidCard(problems) | Self::InvalidAnswer(problems) => {
                return problems.iter().map(|(field, why)| ((*field).to_owned(), json!(why))).collect();
            }
            _ => return serde_json::Map::new(),
        };
        // Of what is wrong with no field, all of it is.
        let named = |field| if field == "form" { "post" } else { field };
        problems.by_field().map(|(field, problem)| (named(field).to_owned(), json!(problem))).collect()
    }
}

#[cfg(test)]
mod tests {
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
