//! The people, for admins: a list, a form to add one, and a page for each.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

use super::{
    auth::Admin,
    error::Error,
    form::SmallForm,
    page::{self, Page},
};
use crate::{
    accounts::{self, Refusal},
    app::App,
    clock::Moment,
    passwords,
    users::{self, Role, User, UserId},
};

#[derive(Default, Template)]
#[template(path = "people.html")]
struct PeoplePage {
    page: Page,
    people: Vec<Person>,
    username: String,
    role: String,
    name_problem: Option<String>,
    password_problem: Option<String>,
    form_problem: Option<String>,
}

#[derive(Template)]
#[template(path = "person.html")]
struct PersonPage {
    page: Page,
    person: Person,
    me: bool,
    problem: Option<String>,
    password_problem: Option<String>,
    done: Option<&'static str>,
}

struct Person {
    id: i64,
    name: String,
    role: &'static str,
    disabled: bool,
    last_seen: Option<Moment>,
    live: bool,
}

/// What was changed just now, said after the redirect.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    done: String,
}

/// What is wrong with a change: nothing in particular, or the password.
#[derive(Default)]
struct Wrong {
    problem: Option<String>,
    password_problem: Option<String>,
}

/// `GET /admin/people`.
#[handler]
pub async fn list(admin: Admin, app: Data<&App>) -> Result<Response, Error> {
    show_list(&app, &admin, StatusCode::OK, PeoplePage::default()).await
}

/// `POST /admin/people`: adds one.
#[handler]
pub async fn create(admin: Admin, app: Data<&App>, fields: SmallForm) -> Result<Response, Error> {
    let (username, password, role) = (fields.one("username"), fields.one("password"), fields.one("role"));
    let mut again = PeoplePage { username: username.clone(), role: role.clone(), ..Default::default() };
    let (name, good, parsed_role) =
        (users::parse_name(&username), passwords::check(&password), Role::parse(&role));
    let (Ok(name), Ok(()), Some(parsed_role)) = (&name, good, parsed_role) else {
        again.name_problem = name.err().map(str::to_owned);
        again.password_problem = good.err().map(str::to_owned);
        again.form_problem = parsed_role.is_none().then(|| "Choose a role.".to_owned());
        return show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await;
    };
    let Ok(hash) = app.passwords.hash(password).await else {
        again.form_problem = Some(BUSY.into());
        return show_list(&app, &admin, StatusCode::SERVICE_UNAVAILABLE, again).await;
    };
    match accounts::add(&app.db, name, parsed_role, hash).await {
        Ok(user) => {
            tracing::info!(user.id = user.id, by = admin.0.user.id, "A person was added");
            Ok(page::see_other(&address(user.user_id(), "added")))
        }
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(refusal) => {
            again.name_problem = Some(refusal.to_string());
            show_list(&app, &admin, StatusCode::UNPROCESSABLE_ENTITY, again).await
        }
    }
}

/// `GET /admin/people/{id}`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let done = match asked.done.as_str() {
        "added" => Some("Added. They can sign in now."),
        "role" => Some("The role was changed."),
        "disabled" => Some("Disabled. Their sessions have ended."),
        "enabled" => Some("Enabled. They can sign in again."),
        "password" => Some("The password was set. Their sessions have ended."),
        _ => None,
    };
    show_one(&app, &admin, &user, StatusCode::OK, Wrong::default(), done)
}

/// `POST /admin/people/{id}/role`.
#[handler]
pub async fn set_role(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let Some(role) = Role::parse(&fields.one("role")) else {
        return unprocessable(&app, &admin, &user, "Choose a role.");
    };
    let changed =
        if role == user.role { Ok(()) } else { accounts::set_role(&app.db, user.user_id(), role).await };
    changed_or_not(&app, &admin, &user, changed, "role")
}

/// `POST /admin/people/{id}/access`.
#[handler]
pub async fn set_access(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    match fields.one("access").as_str() {
        "disabled" => {
            let changed = accounts::disable(&app.db, user.user_id()).await;
            changed_or_not(&app, &admin, &user, changed, "disabled")
        }
        "enabled" => {
            let changed = accounts::enable(&app.db, user.user_id()).await;
            changed_or_not(&app, &admin, &user, changed, "enabled")
        }
        _ => unprocessable(&app, &admin, &user, "Choose whether they may sign in."),
    }
}

/// `POST /admin/people/{id}/password`.
#[handler]
pub async fn set_password(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let password = fields.one("password");
    if let Err(problem) = passwords::check(&password) {
        let wrong = Wrong { password_problem: Some(problem.into()), ..Default::default() };
        return show_one(&app, &admin, &user, StatusCode::UNPROCESSABLE_ENTITY, wrong, None);
    }
    let Ok(hash) = app.passwords.hash(password).await else {
        let wrong = Wrong { password_problem: Some(BUSY.into()), ..Default::default() };
        return show_one(&app, &admin, &user, StatusCode::SERVICE_UNAVAILABLE, wrong, None);
    };
    let changed = accounts::set_password(&app.db, user.user_id(), hash).await;
    changed_or_not(&app, &admin, &user, changed, "password")
}

const BUSY: &str = "Tidings is busy. Please type the password again.";

fn changed_or_not(
    app: &App,
    admin: &Admin,
    user: &User,
    changed: Result<(), Refusal>,
    what: &'static str,
) -> Result<Response, Error> {
    match changed {
        Ok(()) => {
            // Rights may have been lost: the streams concerned should not wait for the tail task's own look.
            app.broker.nudge();
            tracing::info!(user.id = user.id, by = admin.0.user.id, what, "An account was changed");
            Ok(page::see_other(&address(user.user_id(), what)))
        }
        Err(Refusal::Database(error)) => Err(error.into()),
        Err(refusal) => unprocessable(app, admin, user, &refusal.to_string()),
    }
}

fn unprocessable(app: &App, admin: &Admin, user: &User, problem: &str) -> Result<Response, Error> {
    let wrong = Wrong { problem: Some(problem.into()), ..Default::default() };
    show_one(app, admin, user, StatusCode::UNPROCESSABLE_ENTITY, wrong, None)
}

fn show_one(
    app: &App,
    admin: &Admin,
    user: &User,
    status: StatusCode,
    wrong: Wrong,
    done: Option<&'static str>,
) -> Result<Response, Error> {
    let person = PersonPage {
        page: Page::of(&admin.0.user, "people"),
        person: Person::of(app, user),
        me: user.id == admin.0.user.id,
        problem: wrong.problem,
        password_problem: wrong.password_problem,
        done,
    };
    page::show(status, &person)
}

async fn show_list(
    app: &App,
    admin: &Admin,
    status: StatusCode,
    again: PeoplePage,
) -> Result<Response, Error> {
    let everybody = users::all(&app.db.read).await?;
    let people = everybody.iter().map(|user| Person::of(app, user)).collect();
    page::show(status, &PeoplePage { page: Page::of(&admin.0.user, "people"), people, ..again })
}

impl Person {
    fn of(app: &App, user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            role: user.role.word(),
            disabled: user.disabled,
            last_seen: user.last_seen_ms.map(|ms| Moment::of(ms, &app.config.time_zone)),
            live: app.hub.is_live(user.user_id()),
        }
    }
}

async fn find(app: &App, id: i64) -> Result<User, Error> {
    users::find(&app.db.read, UserId(id)).await?.ok_or(Error::NotFound)
}

fn address(user: UserId, done: &str) -> String {
    format!("/admin/people/{}?done={done}", user.0)
}
