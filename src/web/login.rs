//! Signing in and out.

use std::net::IpAddr;

use askama::Template;
use poem::{
    Response, handler,
    http::{StatusCode, header},
    web::Data,
};
use tower_sessions_core::Session;

use super::{
    auth::Visitor,
    device::Device,
    error::Error,
    form::SmallForm,
    page::{self, Page},
    query::Query,
    session,
};
use crate::{
    app::{App, SignIn, SignInError},
    audit::{self, Act, By, Entry},
    db,
    users::User,
};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    page: Page,
    username: String,
    next: String,
    problem: Option<String>,
    /// The password was set just now, by a one-time link.
    done: bool,
}

/// `GET /login`.
#[handler]
pub async fn show(visitor: Visitor, asked: Query) -> Result<Response, Error> {
    let next = asked.one("next");
    let next = inside(&next);
    if visitor.0.is_some() {
        return Ok(page::see_other(next));
    }
    let (page, next, done) = (Page::for_nobody(), next.into(), asked.one("done") == "password");
    page::show(StatusCode::OK, &LoginPage { page, username: String::new(), next, problem: None, done })
}

/// `POST /login`: a new session, and on to `next`.
#[handler]
pub async fn create(
    visitor: Visitor,
    app: Data<&App>,
    cookie: Data<&Session>,
    device: Device,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (username, next) = (fields.one("username"), fields.one("next"));
    let next = inside(&next);
    let user = match app.sign_in(&username, fields.one("password"), device.address).await {
        Ok(SignIn::Known(user)) => user,
        Ok(SignIn::Unknown(whose)) => {
            note_failure(&app, device.address, whose);
            let problem = "The name or the password is not right. Please try again.";
            return form(StatusCode::UNPROCESSABLE_ENTITY, username, next, Some(problem.into()));
        }
        Err(error) => return busy(&error, username, next),
    };
    if let Some(earlier) = visitor.0 {
        app.sign_out(&earlier.by(), earlier.user.user_id(), earlier.session).await?;
    }
    let entry = Entry::done(&By::person(&user, device.address), Act::SignIn, &user.name);
    audit::note_now(&app.db.write, entry).await?;
    session::begin(&cookie, &user, &device).await?;
    Ok(page::see_other(next))
}

/// `POST /logout`: the session ends, and its streams with it.
#[handler]
pub async fn destroy(visitor: Visitor, app: Data<&App>, cookie: Data<&Session>) -> Result<Response, Error> {
    if let Some(current) = visitor.0 {
        app.sign_out(&current.by(), current.user.user_id(), current.session).await?;
        cookie.flush().await?;
    }
    Ok(page::see_other("/login"))
}

/// A name that nobody has is not written down: it may be a password, typed into the wrong field.
fn note_failure(app: &App, from: IpAddr, whose: Option<User>) {
    let (about, why) = match whose {
        None => (String::new(), "nobody has this name"),
        Some(user) if user.disabled => (user.name, "disabled"),
        Some(user) => (user.name, "wrong password"),
    };
    app.failures.note(Entry::refused(&By::visitor(from), Act::SignIn, about).detail(why));
}

fn form(
    status: StatusCode,
    username: String,
    next: &str,
    problem: Option<String>,
) -> Result<Response, Error> {
    page::show(
        status,
        &LoginPage { page: Page::for_nobody(), username, next: next.into(), problem, done: false },
    )
}

fn busy(error: &SignInError, username: String, next: &str) -> Result<Response, Error> {
    tracing::warn!(%error, "Somebody could not sign in");
    let problem = match error {
        SignInError::Busy(_) => "Many people are signing in. Please try again in a few seconds.".into(),
        SignInError::Database(error) => {
            format!("{} Please try again in a moment.", db::trouble(error))
        }
    };
    let mut response = form(StatusCode::SERVICE_UNAVAILABLE, username, next, Some(problem))?;
    page::set_header(&mut response, header::RETRY_AFTER, "5");
    Ok(response)
}

/// The address to go on to, which is always one of ours. Browsers read `\` as `/`, and drop tabs and line
/// breaks, so what they would make of it is judged.
fn inside(next: &str) -> &str {
    let leads_out = next.starts_with("//") || next.contains('\\') || next.chars().any(|c| c.is_control());
    if next.starts_with('/') && !leads_out && next.is_ascii() { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn next_only_leads_back_into_the_site() {
        assert_eq!(inside("/posts/42?a=b"), "/posts/42?a=b");

        for outside in [
            "",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "evil.example",
            " //evil.example",
            "/\n/evil",
        ] {
            assert_eq!(inside(outside), "/", "{outside:?}");
        }
    }
}
