//! The kinds of problems: what status, which `type` and which title each has.

use poem::http::StatusCode;

use super::Problem;
use crate::live::hub;

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
