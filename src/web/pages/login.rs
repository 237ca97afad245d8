//! Signing in and out.

use std::net::IpAddr;

use poem::{
    FromRequest, Request, RequestBody, Response, handler,
    http::{HeaderName, StatusCode},
    web::Data,
};
use tower_sessions::Session;

use crate::{
    app::App,
    db,
    domain::{
        access,
        audit::{Action, Actor, Entry},
        sign_in::{Attempt, SignInError},
        users::{self, User},
    },
    text,
    web::{
        error::Error,
        extract::{
            access::Visitor,
            device::Device,
            form::{LargeForm, SmallForm},
            query::Query,
            unsent_form::{MAX_CARRIED, UnsentForm, read},
        },
        middleware::sessions::{self, Beginning},
        respond::{login_page::LoginPage, page, unsent_form},
        views::post_form,
    },
};

const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

const NOT_RIGHT: &str = text::key("login-wrong");

/// The form for signing in.
pub struct Fields {
    username: String,
    password: String,
    next: String,
    /// They said that others use the computer, too.
    is_shared: bool,
    unsent: Option<UnsentForm>,
}

/// `GET /login`.
#[handler]
pub async fn show(visitor: Visitor, device: Device, query: Query) -> Result<Response, Error> {
    let next = query.one("next");
    let next = inside(&next);
    if visitor.0.is_some() {
        return Ok(page::see_other(next));
    }
    let done = query.one("done") == "password";
    page::show(
        StatusCode::OK,
        &LoginPage { next: next.into(), done, must_share: device.is_shared, ..Default::default() },
    )
}

/// `POST /login`: a new session, and on to `next`, or back to what was typed.
#[handler]
pub async fn create(
    visitor: Visitor,
    app: Data<&App>,
    cookie: Data<&Session>,
    device: Device,
    fields: Fields,
) -> Result<Response, Error> {
    let (user, hash) =
        match app.sign_in.attempt(&fields.username, fields.password.clone(), device.address).await {
            Ok(Attempt::Known(user, hash)) => (user, hash),
            Ok(Attempt::Unknown(whose)) => {
                note_failure(&app, device.address, whose);
                return form(StatusCode::UNPROCESSABLE_ENTITY, fields, Some(text::say(NOT_RIGHT)));
            }
            Err(error) => return busy(&error, fields),
        };
    if let Some(earlier) = visitor.0 {
        access::sign_out(&app.changes, &earlier.by(), earlier.user.user_id(), earlier.session).await?;
    }
    let is_shared = fields.is_shared;
    if !sessions::begin(&cookie, user.user_id(), &hash, &device, Beginning::SignIn, is_shared).await? {
        let entry = Entry::refused(&Actor::visitor(device.address), Action::SignIn, &user.name);
        app.failures.record(entry.detail(text::of("audit-overtaken")));
        return form(StatusCode::UNPROCESSABLE_ENTITY, fields, Some(text::say(NOT_RIGHT)));
    }
    // What somebody else typed is not theirs to see.
    let Some(unsent) = fields.unsent.filter(|unsent| unsent.is_of(&user)) else {
        return Ok(page::see_other(inside(&fields.next)));
    };
    if unsent.is_post() && user.may_post() {
        return post_form::show_unsent(&app, &user, &LargeForm::of(unsent.fields)).await;
    }
    unsent_form::show(&unsent, &user)
}

/// `POST /logout`: the session ends, and its streams with it.
#[handler]
pub async fn destroy(visitor: Visitor, app: Data<&App>, cookie: Data<&Session>) -> Result<Response, Error> {
    if let Some(current) = visitor.0 {
        access::sign_out(&app.changes, &current.by(), current.user.user_id(), current.session).await?;
        cookie.flush().await?;
        let mut response = page::see_other("/login");
        if current.is_shared {
            // What was kept by whoever used the browser before goes, too (W3C Clear Site Data).
            page::set_header(&mut response, CLEAR_SITE_DATA, "\"cache\", \"storage\"");
        }
        return Ok(response);
    }
    Ok(page::see_other("/login"))
}

/// A name that nobody has is not written down: it may be a password, typed into the wrong field.
fn note_failure(app: &App, from: IpAddr, whose: Option<User>) {
    let (about, why) = match whose {
        None => (String::new(), text::of("audit-nobody")),
        Some(user) if user.disabled => (user.name, text::of("audit-disabled")),
        Some(user) if users::has_ended(&user) => (user.name, text::of("audit-ended")),
        Some(user) => (user.name, text::of("audit-wrong-password")),
    };
    app.failures.record(Entry::refused(&Actor::visitor(from), Action::SignIn, about).detail(why));
}

impl<'a> FromRequest<'a> for Fields {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let mut fields = read(request, body, MAX_CARRIED).await?;
        let unsent = UnsentForm::carried(&mut fields).filter(|form| inside(&form.action) == form.action);
        // Only what is carried may be long.
        let length: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
        if length > SmallForm::LIMIT {
            return Err(Error::TooLarge.into());
        }
        let own = SmallForm::of(fields);
        let [username, password, next] = ["username", "password", "next"].map(|name| own.one(name));
        let is_shared = !own.one("shared").is_empty();
        Ok(Self { username, password, next, is_shared, unsent })
    }
}

fn form(status: StatusCode, fields: Fields, problem: Option<String>) -> Result<Response, Error> {
    let Fields { username, next, is_shared, unsent, .. } = fields;
    let next = inside(&next).to_owned();
    page::show(status, &LoginPage { username, next, problem, is_shared, unsent, ..Default::default() })
}

fn busy(error: &SignInError, fields: Fields) -> Result<Response, Error> {
    tracing::warn!(%error, "Somebody could not sign in");
    let problem = match error {
        SignInError::Busy(_) => text::say("login-busy"),
        SignInError::Database(error) => {
            text::of("login-database").with("reason", db::reason(error)).unmarked()
        }
    };
    form(StatusCode::SERVICE_UNAVAILABLE, fields, Some(problem))
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
