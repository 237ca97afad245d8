//! The users, for admins: a list, and a form to add one.

use askama::Template;
use poem::{Response, handler, web::Data};

use crate::{
    app::App,
    domain::{
        access, passwords,
        search::{self, Kind, Search},
        users::{self, Role},
    },
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query},
        respond::{
            confirmation::Confirmed,
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::{
            list::ListView,
            user::{self, UserView},
        },
    },
};

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    page: Page,
    users: Vec<UserView>,
    list: ListView,
    /// How many people there are, up to a thousand.
    count: Option<u64>,
    username: String,
    role: String,
}

/// `GET /admin/people`: a page of them, or of those with the words of `?q=` in their names.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>, query: Query) -> Result<Response, Error> {
    show_page(&app, &admin, Problems::default(), &ListView::search(&query), None).await
}

/// `POST /admin/people`: adds one.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let (username, password) = (fields.one("username"), fields.one("password"));
    let mut problems = Problems::default();
    let name = problems.check("username", users::parse_name(&username));
    let good = problems.check("password", passwords::check(&password, &username));
    let role = problems.check("form", Role::parse(&fields.one("role")).ok_or(text::say("choose-role")));
    let (Some(name), Some(()), Some(role)) = (name, good, role) else {
        return again(&app, &admin, problems, &fields).await;
    };
    let Ok(hash) = app.passwords.hash(password).await else {
        return again(&app, &admin, Problems::busy("form"), &fields).await;
    };
    match access::add(&app.changes, &admin.0.by(), &name, role, hash).await {
        Ok(user) => Ok(user::lead_to(user.user_id(), "added")),
        Err(refusal) => {
            let problems = Problems::refused("username", refusal)?;
            again(&app, &admin, problems, &fields).await
        }
    }
}

async fn again(app: &App, admin: &Admin, problems: Problems, typed: &SmallForm) -> Result<Response, Error> {
    show_page(app, admin, problems, &Search::default(), Some(typed)).await
}

async fn show_page(
    app: &App,
    admin: &Admin,
    problems: Problems,
    search: &Search,
    typed: Option<&SmallForm>,
) -> Result<Response, Error> {
    let status = problems.status();
    let found = users::list(&app.db.read, search).await?;
    let typed = |name| typed.map(|fields| fields.one(name)).unwrap_or_default();
    let shown = UsersPage {
        page: Page::of(&admin.0.user, Section::Users).with_problems(problems),
        list: ListView::of("/admin/people", text::say("list-find-people"), search, found.next.as_ref()),
        users: found.rows.iter().map(|user| UserView::of(app, user)).collect(),
        count: search::count(&app.db.read, Kind::User).await?,
        username: typed("username"),
        role: typed("role"),
    };
    page::show(status, &shown)
}
