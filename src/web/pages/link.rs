//! Where a one-time link leads: whoever has it makes their account, or sets a new password. Public, to whoever
//! has the link; looking at the page does not use it up.

use askama::Template;
use poem::{
    Response, handler,
    http::{StatusCode, header},
    web::Data,
};

use crate::{
    app::App,
    domain::{
        access::{self, AccountError},
        audit::{Action, Actor, Entry},
        links::{self, Purpose},
        passwords, users,
    },
    web::{
        error::Error,
        extract::{client::Client, form::SmallForm, query::Query},
        respond::page::{self, Page},
    },
};

#[derive(Template)]
#[template(path = "link.html")]
struct LinkPage {
    page: Page,
    token: String,
    /// Whether it is for an account that is still to be made.
    invitation: bool,
    /// The name, if it is not for the invited to choose.
    name: Option<String>,
    username: String,
    name_problem: Option<String>,
    password_problem: Option<String>,
}

/// `GET /link`.
#[handler]
pub async fn show(app: Data<&App>, client: Client, asked: Query) -> Result<Response, Error> {
    let page = LinkPage::of(&app, &client, asked.one("token")).await?;
    page::show(StatusCode::OK, &page)
}

/// `POST /link`: uses it up.
#[handler]
pub async fn create(app: Data<&App>, client: Client, fields: SmallForm) -> Result<Response, Error> {
    let again = LinkPage::of(&app, &client, fields.one("token")).await?;
    let again = LinkPage { username: fields.one("username"), ..again };
    let name = match &again.name {
        Some(name) => Ok(name.clone()),
        None => users::parse_name(&again.username),
    };
    let good = passwords::check(&fields.one("password"), again.name.as_ref().unwrap_or(&again.username));
    let (Ok(name), Ok(())) = (&name, good) else {
        let name_problem = name.err().map(str::to_owned);
        let password_problem = good.err().map(str::to_owned);
        return page::show(
            StatusCode::UNPROCESSABLE_ENTITY,
            &LinkPage { name_problem, password_problem, ..again },
        );
    };
    let Ok(hash) = app.passwords.hash(fields.one("password")).await else {
        let password_problem = Some("Tidings is busy. Please type the password again.".into());
        let again = LinkPage { password_problem, ..again };
        let mut response = page::show::<Error>(StatusCode::SERVICE_UNAVAILABLE, &again)?;
        page::set_header(&mut response, header::RETRY_AFTER, "5");
        return Ok(response);
    };
    match access::use_link(&app.db, &Actor::visitor(client.0), &again.token, name, hash).await {
        Ok(()) => {
            app.broker.nudge();
            Ok(page::see_other("/login?done=password"))
        }
        Err(AccountError::Database(error)) => Err(error.into()),
        Err(refusal @ AccountError::NameTaken) => {
            let name_problem = Some(refusal.to_string());
            page::show(StatusCode::UNPROCESSABLE_ENTITY, &LinkPage { name_problem, ..again })
        }
        Err(_) => Err(gone(&app, &client)),
    }
}

impl LinkPage {
    async fn of(app: &App, client: &Client, token: String) -> Result<Self, Error> {
        let link = links::find(&app.db.read, &token).await?.ok_or_else(|| gone(app, client))?;
        let (invitation, name) = match link.purpose() {
            Purpose::Invitation(_, name) => (true, name),
            Purpose::Password(user) => {
                let user = users::find(&app.db.read, user).await?.ok_or(Error::LinkGone)?;
                (false, Some(user.name))
            }
        };
        Ok(Self {
            page: Page::for_nobody(),
            token,
            invitation,
            name,
            username: String::new(),
            name_problem: None,
            password_problem: None,
        })
    }
}

fn gone(app: &App, client: &Client) -> Error {
    app.failures.record(Entry::refused(&Actor::visitor(client.0), Action::UseLink, ""));
    Error::LinkGone
}
