//! Before what would hand somebody else's rights to whoever found a screen unlocked, admins type their
//! password again, once in a quarter of an hour (ASVS 5.0, 7.5.3): on a page that carries on what was typed,
//! so that nothing is lost and no script is needed.

use std::net::IpAddr;

use askama::Template;
use poem::{FromRequest, Request, RequestBody, Response, Result, http::StatusCode};

use crate::{
    app::App,
    clock,
    domain::{
        access,
        audit::{Action, Entry},
        sign_in::SignInError,
        users::User,
    },
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm},
        respond::{
            page::{self, Page},
            section::Section,
        },
    },
};

/// A password that was typed so lately needs not be typed again.
const CONFIRMED_FOR_MS: i64 = 15 * 60 * 1000;

/// The field in which the page asks for it.
const FIELD: &str = "confirm-password";

/// An admin who typed their password lately, and the form they sent.
#[derive(Debug)]
pub struct Confirmed {
    pub admin: Admin,
    pub fields: SmallForm,
}

#[derive(Template)]
#[template(path = "confirmation.html")]
struct ConfirmPage<'a> {
    page: Page,
    name: &'a str,
    /// Where the form was sent to, and will be again.
    action: &'a str,
    kept: Vec<(&'a str, &'a str)>,
    /// Whether somebody's new password was typed, which no page repeats.
    new_password: bool,
    problem: Option<String>,
}

impl<'a> FromRequest<'a> for Confirmed {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let admin = Admin::from_request(request, body).await?;
        let fields = SmallForm::from_request(request, body).await?;
        let app = request.data::<App>().ok_or(Error::NotFound)?;
        if let Some(answer) = ask_unless_lately(app, &admin, &fields, request.uri().path()).await? {
            return Err(poem::Error::from_response(answer));
        }
        Ok(Self { admin, fields })
    }
}

/// The page that asks for the password, unless it was typed lately, or was sent along and is right.
///
/// # Errors
/// Those of the database, and when the session ends meanwhile.
pub async fn ask_unless_lately(
    app: &App,
    admin: &Admin,
    fields: &SmallForm,
    action: &str,
) -> Result<Option<Response>, Error> {
    // In the future, it was by a clock that was ahead.
    let since = clock::now_ms() - admin.0.confirmed_ms;
    if (-clock::MAX_DIFFERENCE_MS..CONFIRMED_FOR_MS).contains(&since) {
        return Ok(None);
    }
    ask(app, admin, fields, action, admin.0.address).await
}

/// The page that asks, unless what it asks for was sent and is right.
async fn ask(
    app: &App,
    admin: &Admin,
    fields: &SmallForm,
    action: &str,
    from: IpAddr,
) -> Result<Option<Response>, Error> {
    let current = &admin.0;
    let typed = fields.one(FIELD);
    if typed.is_empty() {
        return page(&current.user, fields, action, StatusCode::UNPROCESSABLE_ENTITY, None).map(Some);
    }
    match app.sign_in.is_password_of(&current.user, typed, from).await {
        Ok(true) => {}
        Ok(false) => {
            let entry = Entry::refused(&current.by(), Action::Confirm, &current.user.name);
            app.failures.record(entry.detail(text::of("audit-wrong-password")));
            let problem = Some(text::say("password-wrong"));
            return page(&current.user, fields, action, StatusCode::UNPROCESSABLE_ENTITY, problem).map(Some);
        }
        Err(SignInError::Database(error)) => return Err(error.into()),
        Err(SignInError::Busy(_)) => {
            let problem = Some(text::say("busy-again"));
            return page(&current.user, fields, action, StatusCode::SERVICE_UNAVAILABLE, problem).map(Some);
        }
    }
    if !access::confirm(&app.changes, &current.by(), current.user.user_id(), &current.session).await? {
        return Err(Error::SignInFirst { next: "/".into() });
    }
    Ok(None)
}

fn page(
    user: &User,
    fields: &SmallForm,
    action: &str,
    status: StatusCode,
    problem: Option<String>,
) -> Result<Response, Error> {
    let kept = fields.pairs().filter(|(name, _)| !matches!(*name, FIELD | "password")).collect();
    let new_password = fields.pairs().any(|(name, _)| name == "password");
    let page = Page::of(user, Section::Elsewhere);
    page::show(status, &ConfirmPage { page, name: &user.name, action, kept, new_password, problem })
}
