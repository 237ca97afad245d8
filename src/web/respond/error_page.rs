//! The page that says what went wrong. A visitor never sees a cause; the log has it, once.

use std::sync::Arc;

use askama::Template;
use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    error::{ParsePathError, ResponseError},
    http::{StatusCode, header},
};

use crate::{
    db, text,
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
    title: String,
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
        Error::OtherSite => text::say("error-other-site"),
        Error::OtherHost => text::say("error-other-host"),
        Error::Database(error) => text::of("error-database").with("reason", db::reason(error)).unmarked(),
        _ => String::new(),
    }
}

fn error_page(status: StatusCode, text: String) -> Response {
    let (title, usual) = match status.as_u16() {
        404 => (text::key("error-404"), text::key("error-404-text")),
        403 => (text::key("error-403"), text::key("error-403-text")),
        410 => (text::key("error-410"), text::key("error-410-text")),
        409 => (text::key("error-409"), text::key("error-409-text")),
        405 => (text::key("error-405"), text::key("error-405-text")),
        408 => (text::key("error-408"), text::key("error-408-text")),
        413 => (text::key("error-413"), text::key("error-413-text")),
        415 => (text::key("error-415"), text::key("error-415-text")),
        421 => (text::key("error-421"), text::key("error-421-text")),
        503 => (text::key("error-503"), text::key("error-503-text")),
        400..500 => (text::key("error-400"), text::key("error-400-text")),
        _ => (text::key("error-500"), text::key("error-500-text")),
    };
    let text = if text.is_empty() { text::say(usual) } else { text };
    let answer =
        ErrorPage { page: Page::for_nobody(), status: status.as_u16(), title: text::say(title), text };
    page::show::<askama::Error>(status, &answer).unwrap_or_else(|_| status.into_response())
}
