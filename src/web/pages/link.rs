//! Where a one-time link leads: whoever has it makes their account, or sets a new password. Public, to whoever
//! has the link; looking at the page does not use it up.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use crate::{
    app::App,
    domain::{
        access::{self, AccountError},
        audit::{Action, Actor, Entry},
        links::{self, Purpose},
        passwords, users,
    },
    text,
    web::{
        error::Error,
        extract::{client::Client, form::SmallForm, query::Query},
        respond::{
            notice,
            page::{self, Page},
            problems::Problems,
        },
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
}

/// `GET /link`.
#[handler]
pub async fn show(app: Data<&App>, client: Client, query: Query) -> Result<Response, Error> {
    let page = LinkPage::of(&app, &client, query.one("token")).await?;
    page::show(StatusCode::OK, &page)
}

/// `POST /link`: uses it up.
#[handler]
pub async fn create(app: Data<&App>, client: Client, fields: SmallForm) -> Result<Response, Error> {
    let link = LinkPage::of(&app, &client, fields.one("token")).await?;
    let link = LinkPage { username: fields.one("username"), ..link };
    let mut problems = Problems::default();
    let name = match &link.name {
        Some(name) => Ok(name.clone()),
        None => users::parse_name(&link.username),
    };
    let name = problems.check("username", name);
    let owner = link.name.as_ref().unwrap_or(&link.username);
    let good = problems.check("password", passwords::check(&fields.one("password"), owner));
    let (Some(name), Some(())) = (name, good) else { return link.again(problems) };
    let Ok(hash) = app.passwords.hash(fields.one("password")).await else {
        return link.again(Problems::busy("password"));
    };
    match access::use_link(&app.changes, &Actor::visitor(client.0), &link.token, &name, hash).await {
        Ok(()) => Ok(notice::lead_to("/login", "password")),
        Err(refusal @ (AccountError::Database(_) | AccountError::NameTaken)) => {
            link.again(Problems::refused("username", refusal)?)
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
        Ok(Self { page: Page::for_nobody(), token, invitation, name, username: String::new() })
    }

    fn again(self, problems: Problems) -> Result<Response, Error> {
        let page = self.page.with_problems(problems);
        page::show(page.problems.status(), &Self { page, ..self })
    }
}

fn gone(app: &App, client: &Client) -> Error {
    app.failures.record(Entry::refused(&Actor::visitor(client.0), Action::UseLink, ""));
    Error::LinkGone
}
