//! What goes wrong with Redis, without its secrets.

use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Whether the server does not do such a thing for us, or at all.
pub(super) fn is_refusal(error: &RedisError) -> bool {
    matches!(error.kind(), ErrorKind::Server(ServerErrorKind::NoPerm | ServerErrorKind::ResponseError))
}

pub(super) fn silent() -> RedisError {
    (ErrorKind::Io, "the connection ended").into()
}

/// What is wrong, without a server's own text: to a command that it does not know, it answers with all of it, and
/// the first one has the password in it.
pub(super) fn without_secrets(error: &RedisError) -> String {
    match (error.kind(), error.code()) {
        (ErrorKind::Io, _) => error.to_string(),
        (ErrorKind::AuthenticationFailed, _) => "it refuses the user or the password".into(),
        (ErrorKind::Server(ServerErrorKind::NoPerm), _) => {
            "it does not let this user do what is needed (NOPERM)".into()
        }
        (ErrorKind::Server(_), Some(code)) => format!("it answers {code}"),
        _ => error.category().to_owned(),
    }
}
