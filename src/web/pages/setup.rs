//! Making the first administrator, by the link that the first start prints.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};
use tower_sessions::Session;

use crate::{
    app::App,
    domain::{
        access::{self, AccountError},
        audit::Actor,
        passwords, setup, users,
    },
    text,
    web::{
        error::Error,
        extract::{device::Device, form::SmallForm, query::Query},
        middleware::sessions::{self, Beginning},
        respond::{
            page::{self, Page},
            problems::Problems,
        },
    },
};

#[derive(Default, Template)]
#[template(path = "setup.html")]
struct SetupPage {
    page: Page,
    token: String,
    username: String,
}

/// What a link says that does not make an administrator.
#[derive(Template)]
#[template(path = "setup_gone.html")]
struct GonePage {
    page: Page,
    /// There is an administrator: this one, or another.
    is_set_up: bool,
}

/// `GET /setup`: public, to whoever has the token.
#[handler]
pub async fn show(app: Data<&App>, query: Query) -> Result<Response, Error> {
    let token = query.one("token");
    if let Some(gone) = refuse(&app, &token).await? {
        return Ok(gone);
    }
    page::show(StatusCode::OK, &SetupPage { token, ..Default::default() })
}

/// `POST /setup`: public, to whoever has the token.
#[handler]
pub async fn create(
    app: Data<&App>,
    cookie: Data<&Session>,
    device: Device,
    fields: SmallForm,
) -> Result<Response, Error> {
    let (token, username, password) = (fields.one("token"), fields.one("username"), fields.one("password"));
    if let Some(gone) = refuse(&app, &token).await? {
        return Ok(gone);
    }
    let form = SetupPage { token, username: username.clone(), ..Default::default() };
    let mut problems = Problems::default();
    let name = problems.check("username", users::parse_name(&username));
    let good = problems.check("password", passwords::check(&password, &username));
    let (Some(name), Some(())) = (name, good) else { return form.again(problems) };
    let Ok(hash) = app.passwords.hash(password).await else {
        return form.again(Problems::busy("password"));
    };
    let by = Actor::visitor(device.address);
    let user = match access::add_first_admin(&app.changes, &by, &name, hash.clone()).await {
        Ok(user) => user,
        Err(refusal @ (AccountError::Database(_) | AccountError::NameTaken)) => {
            return form.again(Problems::refused("username", refusal)?);
        }
        Err(_) => return gone(true),
    };
    // Whoever is led to the feed without a session is led on to sign in.
    sessions::begin(&cookie, user.user_id(), &hash, &device, Beginning::SignIn, false).await?;
    Ok(page::see_other("/"))
}

impl SetupPage {
    fn again(self, problems: Problems) -> Result<Response, Error> {
        let page = self.page.with_problems(problems);
        page::show(page.problems.status(), &Self { page, ..self })
    }
}

/// What is said to whoever comes without a good link, if they do. Every link is gone once there is an
/// administrator, who may also have been made from the shell.
async fn refuse(app: &App, token: &str) -> Result<Option<Response>, Error> {
    if users::count_admins(&app.db.read).await? > 0 {
        return gone(true).map(Some);
    }
    let is_good = setup::admits(&app.db.read, token).await?;
    if is_good { Ok(None) } else { gone(false).map(Some) }
}

fn gone(is_set_up: bool) -> Result<Response, Error> {
    let status = if is_set_up { StatusCode::GONE } else { StatusCode::NOT_FOUND };
    page::show(status, &GonePage { page: Page::for_nobody(), is_set_up })
}
