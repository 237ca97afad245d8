//! Everything that can go wrong with the request of a page, one HTTP status each. `respond::error_page` shows it; programs
//! get a `problem` instead.

use poem::{
    error::{ReadBodyError, ResponseError},
    http::StatusCode,
};
use sea_orm::DbErr;

/// What kept a request from being answered as it wished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is here, or nothing that this user may see.
    #[error("not found")]
    NotFound,
    /// The page is for people who are signed in; it leads back to `next`.
    #[error("sign in first")]
    SignInFirst {
        /// The address that was asked for.
        next: String,
    },
    /// A one-time link that is good for nothing any more, or never was.
    #[error("the link does not work any more")]
    LinkGone,
    /// The user's role does not allow it.
    #[error("the role does not allow it")]
    Forbidden,
    /// The form was filled in by somebody else, who was signed in before in the same browser.
    #[error("the form is somebody else's")]
    OtherUser,
    /// The request did not come from our own pages.
    #[error("the request came from another site")]
    OtherSite,
    /// The request is for another host.
    #[error("the request is for another host")]
    OtherHost,
    /// The body is larger than this form may be.
    #[error("the body is too large")]
    TooLarge,
    /// Too many large forms of visitors are being read.
    #[error("too many large forms are on their way")]
    Crowded,
    /// The body did not arrive in time.
    #[error("the body did not arrive in time")]
    TooSlow,
    /// The body is not a form.
    #[error("the body is not a form")]
    NotAForm,
    /// The body broke off.
    #[error(transparent)]
    Broken(ReadBodyError),
    /// The database did not do what was asked.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The session store did not do what was asked.
    #[error(transparent)]
    Session(#[from] tower_sessions::session::Error),
    /// A template could not be written: a fault of the program.
    #[error(transparent)]
    Template(#[from] askama::Error),
}

impl ResponseError for Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::LinkGone => StatusCode::GONE,
            Self::SignInFirst { .. } => StatusCode::SEE_OTHER,
            Self::Forbidden | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::OtherUser => StatusCode::CONFLICT,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
            Self::Database(_) | Self::Session(_) | Self::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}
