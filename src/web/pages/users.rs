//! The users, for admins: a list, and a form to add one.

use askama::Template;
use poem::{Response, handler, web::Data};

use crate::{
    app::App,
    domain::{
        access, passwords,
        users::{self, Role},
    },
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm},
        respond::{
            confirmation::Confirmed,
            page::{self, Page},
            problems::Problems,
            section::Section,
        },
        views::user::{self, UserView},
    },
};

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage {
    page: Page,
    users: Vec<UserView>,
    username: String,
    role: String,
}

/// `GET /admin/people`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>) -> Result<Response, Error> {
    show_page(&app, &admin, Problems::default(), None).await
}

/// `POST /admin/people`: adds one.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let (username, password) = (fields.one("username"), fields.one("password"));
    let mut problems = Problems::default();
    let name = problems.check("username", users::parse_name(&username));
    let good = problems.check("password", passwords::check(&password, &username));
    let role = problems.check("form", Role::parse(&fields.one("role")).ok_or("Choose a role."));
    let (Some(name), Some(()), Some(role)) = (name, good, role) else {
        return show_page(&app, &admin, problems, Some(&fields)).await;
    };
    let Ok(hash) = app.passwords.hash(password).await else {
        return show_page(&app, &admin, Problems::busy("form"), Some(&fields)).await;
    };
    match access::add(&app.changes, &admin.0.by(), &name, role, hash).await {
        Ok(user) => Ok(user::lead_to(user.user_id(), "added")),
        Err(refusal) => {
            let problems = Problems::refused("username", refusal)?;
            show_page(&app, &admin, problems, Some(&fields)).await
        }
    }
}

async fn show_page(
    app: &App,
    admin: &Admin,
    problems: Problems,
    typed: Option<&SmallForm>,
) -> Result<Response, Error> {
    let status = problems.status();
    let typed = |name| typed.map(|fields| fields.one(name)).unwrap_or_default();
    let shown = UsersPage {
        page: Page::of(&admin.0.user, Section::Users).with_problems(problems),
        users: users::all(&app.db.read).await?.iter().map(|user| UserView::of(app, user)).collect(),
        username: typed("username"),
        role: typed("role"),
    };
    page::show(status, &shown)
}
