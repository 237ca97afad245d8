//! The page that says what went wrong. A visitor never sees a cause; the log has it, once.

use std::sync::Arc;

use askama::Template;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    error::{ParsePathError, ResponseError},
    http::{StatusCode, header},
};

use crate::{
    db,
    web::{
        error::Error,
        extract::unsent_form::{SignInToSend, UnsentForm},
        middleware::methods::OtherMethods,
        respond::{
            login_page::LoginPage,
            page::{self, Page},
        },
    },
};

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    status: u16,
    title: &'static str,
    text: String,
}

/// Middleware: whatever failed further in becomes a page of ours.
pub async fn show_as_page<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    Ok(endpoint.call(request).await.map_or_else(as_page, IntoResponse::into_response))
}

/// The page for a failure, poem's own among them.
fn as_page(error: poem::Error) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    if let Some(error) = error.downcast_ref::<Error>() {
        return page_of(error);
    }
    // An id that is no number is the id of nothing.
    if error.is::<ParsePathError>() {
        return page_of(&Error::NotFound);
    }
    let error = match error.downcast::<SignInToSend>() {
        Ok(SignInToSend(unsent)) => return sign_in_to_send(unsent),
        Err(error) => error,
    };
    let mut page = error_page(error.status(), String::new());
    if let Some(OtherMethods(methods)) = error.downcast_ref() {
        page::set_header(&mut page, header::ALLOW, methods);
    }
    page
}

fn sign_in_to_send(unsent: UnsentForm) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page::show::<Error>(status, &LoginPage::to_send(unsent)).unwrap_or_else(|error| page_of(&error))
}

fn page_of(error: &Error) -> Response {
    let status = error.status();
    match error {
        Error::SignInFirst { next } => return page::see_other(&page::login_address(next)),
        Error::Database(_) | Error::Session(_) | Error::Template(_) => {
            tracing::error!(%error, "A request failed");
        }
        _ => {}
    }
    let mut response = error_page(status, text_of(error));
    // The rest of the body is not read, so the connection cannot carry another request.
    if matches!(error, Error::TooLarge | Error::TooSlow | Error::NotAForm | Error::Crowded) {
        page::set_header(&mut response, header::CONNECTION, "close");
    }
    response
}

/// What is to be said beyond what the status says.
fn text_of(error: &Error) -> String {
    match error {
        Error::OtherSite => "For your safety, forms are only taken from Tidings' own pages. Go back, reload \
            the page, and try again."
            .into(),
        Error::OtherHost => {
            "Tidings does not answer to the name that stands in the address bar, for your safety. Use the \
            address you were given. If this is it, whoever runs the server has to give it as --base-url; a \
            proxy in front has to pass on Host."
                .into()
        }
        Error::Database(error) => {
            format!("{} Nothing was changed. Please try again in a moment.", db::reason(error))
        }
        _ => String::new(),
    }
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
