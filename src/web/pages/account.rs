//! One's own page: the password, and where one is signed in.

use askama::Template;
use poem::{
    Response, handler,
    http::{StatusCode, header},
    web::Data,
};
use tower_sessions::Session;

use crate::{
    app::App,
    domain::{
        access,
        audit::{Action, Entry},
        passwords,
        users::User,
    },
    web::{
        error::Error,
        extract::{access::CurrentUser, device::Device, form::SmallForm, query::Query},
        middleware::sessions::{self, Beginning},
        respond::page::{self, Page},
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
    done: Option<&'static str>,
    problems: Problems,
}

#[derive(Default)]
struct Problems {
    form: Option<&'static str>,
    current: Option<&'static str>,
    new: Option<&'static str>,
}

/// `GET /account`.
#[handler]
pub async fn show(current: CurrentUser, app: Data<&App>, asked: Query) -> Result<Response, Error> {
    let done = match asked.one("done").as_str() {
        "password" => Some("The password was changed, and everywhere else you are signed out."),
        "signed-out" => Some("Signed out there."),
        _ => None,
    };
    show_page(&app, &current, StatusCode::OK, Problems::default(), done).await
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
    if let Err(new) = passwords::check(&fields.one("password"), &user.name) {
        let problems = Problems { new: Some(new), ..Default::default() };
        return show_page(&app, &current, StatusCode::UNPROCESSABLE_ENTITY, problems, None).await;
    }
    match app.recognises(user, fields.one("current-password"), device.address).await {
        Ok(true) => {}
        Ok(false) => {
            let entry = Entry::refused(&current.by(), Action::SetPassword, &user.name);
            app.failures.record(entry.detail("the current one was wrong"));
            let problems = Problems { current: Some("This is not your password."), ..Default::default() };
            return show_page(&app, &current, StatusCode::UNPROCESSABLE_ENTITY, problems, None).await;
        }
        Err(_) => return busy(&app, &current).await,
    }
    let Ok(hash) = app.passwords.hash(fields.one("password")).await else {
        return busy(&app, &current).await;
    };
    // In the same transaction as the change, or a session that was signed out while the form was on its way
    // would come back as a new one.
    let (id, session) = (user.user_id(), current.session.clone());
    if !access::change_own_password(&app.db, &current.by(), id, session, hash.clone()).await? {
        return Err(Error::SignInFirst { next: "/account".into() });
    }
    app.broker.nudge();
    let user = User { password_hash: hash, ..user.clone() };
    if !sessions::begin(&cookie, &user, &device, Beginning::NewPassword).await? {
        return Err(Error::SignInFirst { next: "/account".into() });
    }
    Ok(page::see_other("/account?done=password"))
}

async fn busy(app: &App, current: &CurrentUser) -> Result<Response, Error> {
    let form = Some("Tidings is busy. Please try again in a few seconds.");
    let problems = Problems { form, ..Default::default() };
    let mut response = show_page(app, current, StatusCode::SERVICE_UNAVAILABLE, problems, None).await?;
    page::set_header(&mut response, header::RETRY_AFTER, "5");
    Ok(response)
}

async fn show_page(
    app: &App,
    current: &CurrentUser,
    status: StatusCode,
    problems: Problems,
    done: Option<&'static str>,
) -> Result<Response, Error> {
    let user = &current.user;
    let sessions = SessionsView::of(app, user.user_id(), current, "/account/sessions".into()).await?;
    let (name, role) = (user.name.clone(), user.role.word());
    let account = AccountPage { page: Page::of(user, "account"), name, role, sessions, done, problems };
    page::show(status, &account)
}
