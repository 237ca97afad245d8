//! Everything that can go wrong with a request, one HTTP answer each. A visitor never sees a cause; the log
//! has it, once.

use std::sync::Arc;

use askama::Template;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    error::{ParsePathError, ReadBodyError, ResponseError},
    http::{StatusCode, header},
};
use sea_orm::DbErr;

use crate::{
    db,
    web::{
        respond::page::{self, Page},
        route::OtherMethods,
    },
};

/// What kept a request from being answered as it wished.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing is here, or nothing that this person may see.
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
    /// The person's role does not allow it.
    #[error("the role does not allow it")]
    Forbidden,
    /// The form was filled in by somebody else, who was signed in before in the same browser.
    #[error("the form is somebody else's")]
    OtherPerson,
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

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    title: &'static str,
    text: String,
}

impl ResponseError for Error {
    fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::LinkGone => StatusCode::GONE,
            Self::SignInFirst { .. } => StatusCode::SEE_OTHER,
            Self::Forbidden | Self::OtherSite => StatusCode::FORBIDDEN,
            Self::OtherPerson => StatusCode::CONFLICT,
            Self::OtherHost => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
            Self::Database(_) | Self::Session(_) | Self::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Template(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn as_response(&self) -> Response {
        let status = self.status();
        match self {
            Self::SignInFirst { next } => return page::see_other(&page::login_address(next)),
            Self::Database(_) | Self::Session(_) | Self::Template(_) => {
                tracing::error!(error = %self, "A request failed");
            }
            _ => {}
        }
        let text = match self {
            Self::OtherSite => {
                "For your safety, forms are only taken from Tidings' own pages. Go back, reload \
                the page, and try again."
                    .into()
            }
            Self::OtherHost => {
                "Tidings does not answer to the name that stands in the address bar, for your safety. Use the \
                address you were given. If this is it, whoever runs the server has to give it as --base-url; a \
                proxy in front has to pass on Host."
                    .into()
            }
            Self::Database(error) => {
                format!("{} Nothing was changed. Please try again in a moment.", db::reason(error))
            }
            _ => String::new(),
        };
        let mut response = error_page(status, text);
        // The rest of the body is not read, so the connection cannot carry another request.
        if matches!(self, Self::TooLarge | Self::TooSlow | Self::NotAForm | Self::Crowded) {
            page::set_header(&mut response, header::CONNECTION, "close");
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            page::set_header(&mut response, header::RETRY_AFTER, "5");
        }
        response
    }
}

/// Middleware: whatever failed further in becomes a page of ours.
pub async fn show_as_page<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    Ok(endpoint.call(request).await.map_or_else(as_page, IntoResponse::into_response))
}

/// The page for a failure, poem's own among them.
pub fn as_page(error: poem::Error) -> Response {
    if error.is::<Error>() || error.is_from_response() {
        return error.into_response();
    }
    // An id that is no number is the id of nothing.
    if error.is::<ParsePathError>() {
        return Error::NotFound.as_response();
    }
    let mut page = error_page(error.status(), String::new());
    if let Some(OtherMethods(methods)) = error.downcast_ref() {
        page::set_header(&mut page, header::ALLOW, methods);
    }
    page
}

fn error_page(status: StatusCode, text: String) -> Response {
    let (title, usual) = match status.as_u16() {
        404 => ("Nothing is here", "The page does not exist, or it is not for you."),
        403 => ("This is not for your role", "Ask an administrator if you think it should be."),
        410 => (
            "This link does not work any more",
            "It was used already, withdrawn, or is older than 72 hours. Ask an administrator for another one.",
        ),
        409 => (
            "Somebody else filled this in",
            "Another person was signed in here when the page was opened, so nothing was done. Open it anew.",
        ),
        405 => ("That is not possible here", "The page does not take this kind of request."),
        408 => ("That took too long", "The form did not arrive in time. Go back and send it again."),
        413 => ("That is too much", "What was sent is larger than this form may be. Go back and shorten it."),
        415 => ("That is not a form", "This address takes what browsers send as a form."),
        421 => ("This is not the server's address", "Use the address you were given."),
        503 => ("One moment, please", "Tidings cannot do this right now. Please try again in a moment."),
        400..500 => ("That could not be understood", "Go back and try again."),
        _ => ("Something went wrong", "It was written to the log. Please try again."),
    };
    let text = if text.is_empty() { usual.into() } else { text };
    let answer = ErrorPage { page: Page::for_nobody(), status: status.as_u16(), title, text };
    page::show::<askama::Error>(status, &answer).unwrap_or_else(|_| status.into_response())
}
