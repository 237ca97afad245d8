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
        extract::{
            access::Asker,
            unsent_form::{SignInToSend, UnsentForm},
        },
        middleware::methods::OtherMethods,
        respond::{
            login_page::LoginPage,
            page::{self, Page},
            section::Section,
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
    let asker = Asker::of(&request);
    // On the heap: this stands around every request, and what it holds would be on the stack below all that a request does.
    match Box::pin(endpoint.call(request)).await {
        Ok(answer) => Ok(answer.into_response()),
        Err(error) => {
            let frame = Box::pin(frame(&error, asker)).await;
            Ok(as_page(error, frame))
        }
    }
}

/// The frame of whoever asked, unless it is the server that fails: then nothing more is asked of it.
async fn frame(error: &poem::Error, asker: Option<Asker>) -> Page {
    let is_ours = error.downcast_ref::<Error>().is_some_and(|error| error.status().is_server_error());
    let is_page = !error.is_from_response() && !is_ours && !error.is::<SignInToSend>();
    let user = match asker {
        Some(asker) if is_page => asker.user().await,
        _ => None,
    };
    user.map_or_else(Page::for_nobody, |user| Page::of(&user, Section::Elsewhere))
}

/// The page for a failure, poem's own among them.
fn as_page(error: poem::Error, frame: Page) -> Response {
    if error.is_from_response() {
        return error.into_response();
    }
    if let Some(error) = error.downcast_ref::<Error>() {
        return page_of(error, frame);
    }
    // An id that is no number is the id of nothing.
    if error.is::<ParsePathError>() {
        return page_of(&Error::NotFound, frame);
    }
    let error = match error.downcast::<SignInToSend>() {
        Ok(SignInToSend(unsent)) => return sign_in_to_send(unsent),
        Err(error) => error,
    };
    let mut page = error_page(error.status(), String::new(), frame);
    if let Some(OtherMethods(methods)) = error.downcast_ref() {
        page::set_header(&mut page, header::ALLOW, methods);
    }
    page
}

fn sign_in_to_send(unsent: UnsentForm) -> Response {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    page::show::<Error>(status, &LoginPage::to_send(unsent))
        .unwrap_or_else(|error| page_of(&error, Page::for_nobody()))
}

fn page_of(error: &Error, frame: Page) -> Response {
    let status = error.status();
    match error {
        Error::SignInFirst { next } => return page::see_other(&page::login_address(next)),
        Error::Database(_) | Error::Session(_) | Error::Template(_) => {
            tracing::error!(%error, "A request failed");
        }
        _ => {}
    }
    let mut response = error_page(status, text_of(error), frame);
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

fn error_page(status: StatusCode, text: String, frame: Page) -> Response {
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
    // In the language of whoever asked, which is known by now.
    let page = Page { language: text::language(), ..frame };
    let answer = ErrorPage { page, status: status.as_u16(), title: text::say(title), text };
    page::show::<askama::Error>(status, &answer).unwrap_or_else(|_| status.into_response())
}
