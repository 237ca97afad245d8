//! One's own page: the password, and where one is signed in.

use askama::Template;
use poem::{Response, handler, web::Data};
use tower_sessions::Session;

use crate::{
    app::App,
    domain::{
        access,
        audit::{Action, Entry},
        passwords,
        sign_in::SignInError,
    },
    text,
    web::{
        error::Error,
        extract::{access::CurrentUser, device::Device, form::SmallForm, query::Query},
        middleware::sessions::{self, Beginning},
        respond::{
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::sessions::SessionsView,
    },
};

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    page: Page,
    name: String,
    role: &'static str,
    sessions: SessionsView,
}

const NOTICES: Notices =
    &[("password", text::key("notice-password")), ("signed-out", text::key("notice-signed-out-there"))];

/// `GET /account`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, query: Query) -> Result<Response, Error> {
    show_page(&app, &current, page(&current).with_notice(notice::find(&query, NOTICES))).await
}

/// `POST /account/password`: needs the current one. A new session takes the place of all there were.
#[handler]
pub async fn set_password(
    current: CurrentUser,
    app: Data<&App>,
    cookie: Data<&Session>,
    device: Device,
    fields: SmallForm,
) -> Result<Response, Error> {
    let user = &current.user;
    if let Err(problem) = passwords::check(&fields.one("password"), &user.name) {
        return again(&app, &current, Problems::one("password", problem)).await;
    }
    match app.sign_in.is_password_of(user, fields.one("current-password"), device.address).await {
        Ok(true) => {}
        Ok(false) => {
            let entry = Entry::refused(&current.by(), Action::SetPassword, &user.name);
            app.failures.record(entry.detail(text::of("audit-wrong-password")));
            let problems = Problems::one("current-password", text::say("password-wrong"));
            return again(&app, &current, problems).await;
        }
        Err(SignInError::Busy(_)) => return again(&app, &current, Problems::busy_form()).await,
        Err(SignInError::Database(error)) => return Err(error.into()),
    }
    let Ok(hash) = app.passwords.hash(fields.one("password")).await else {
        return again(&app, &current, Problems::busy_form()).await;
    };
    // In the same transaction as the change, or a session that was signed out while the form was on its way
    // would come back as a new one.
    let (id, session) = (user.user_id(), current.session.clone());
    if !access::change_own_password(&app.changes, &current.by(), id, session, hash.clone()).await? {
        return Err(Error::SignInFirst { next: "/account".into() });
    }
    if !sessions::begin(&cookie, id, &hash, &device, Beginning::NewPassword, current.is_shared).await? {
        return Err(Error::SignInFirst { next: "/account".into() });
    }
    Ok(notice::lead_to("/account", "password"))
}

async fn again(app: &App, current: &CurrentUser, problems: Problems) -> Result<Response, Error> {
    show_page(app, current, page(current).with_problems(problems)).await
}

fn page(current: &CurrentUser) -> Page {
    Page::of(&current.user, Section::Account)
}

async fn show_page(app: &App, current: &CurrentUser, page: Page) -> Result<Response, Error> {
    let user = &current.user;
    let sessions = SessionsView::of(app, user.user_id(), current, "/account/sessions".into()).await?;
    let (name, role, status) = (user.name.clone(), user.role.word(), page.problems.status());
    page::show(status, &AccountPage { page, name, role, sessions })
}
