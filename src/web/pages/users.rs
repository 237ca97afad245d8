//! The people, for admins: a list, and a form to add one.

use askama::Template;
use poem::{Response, handler, http::StatusCode, web::Data};

use crate::{
    app::App,
    domain::{
        access::{self, AccountError},
        passwords,
        users::{self, Role},
    },
    web::{
        error::Error,
        extract::access::Admin,
        respond::{
            confirmation::Confirmed,
            page::{self, Page},
        },
        views::user::{self, UserView},
    },
};

#[derive(Default, Template)]
#[template(path = "users.html")]
struct UsersPage {
    page: Page,
    users: Vec<UserView>,
    username: String,
    role: String,
    name_problem: Option<String>,
    password_problem: Option<String>,
    form_problem: Option<String>,
}

/// `GET /admin/people`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>) -> Result<Response, Error> {
    show_list(&app, &admin, StatusCode::OK, UsersPage::default()).await
}

/// `POST /admin/people`: adds one.
#[handler]
pub async fn create(sent: Confirmed, app: Data<&App>) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let (username, password, role) = (fields.one("username"), fields.one("password"), fields.one("role"));
    let mut again = UsersPage { username: username.clone(), role: role.clone(), ..Default::default() };
    let (name, good, parsed_role) =
        (users::parse_name(&username), passwords::check(&password, &username), Role::parse(&role));
    let (Ok(name), Ok(()), Some(parsed_role)) = (&name, good, parsed_role) else {
        again.name_problem = name.err().map(str::to_owned);
        again.password_problem = good.err().map(str::to_owned);
        again.form_problem = parsed_role.is_none().then(|| "Choose a role.".to_owned());
        return show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await;
    };
    let Ok(hash) = app.passwords.hash(password).await else {
        again.form_problem = Some("Tidings is busy. Please type the password again.".into());
        return show_list(&app, &admin, StatusCode::SERVICE_UNAVAILABLE, again).await;
    };
    match access::add(&app.db, &admin.0.by(), name, parsed_role, hash).await {
        Ok(user) => Ok(page::see_other(&user::address(user.user_id(), "added"))),
        Err(AccountError::Database(error)) => Err(error.into()),
        Err(refusal) => {
            again.name_problem = Some(refusal.to_string());
            show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await
        }
    }
}

async fn show_list(
    app: &App,
    admin: &Admin,
    status: StatusCode,
    again: UsersPage,
) -> Result<Response, Error> {
    let everybody = users::all(&app.db.read).await?;
    let users = everybody.iter().map(|user| UserView::of(app, user)).collect();
    page::show(status, &UsersPage { page: Page::of(&admin.0.user, "people"), users, ..again })
}
