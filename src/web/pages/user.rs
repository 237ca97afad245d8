//! One person's page, for admins: the role, the access, the password, and where they are signed in.

use askama::Template;
use poem::{
    Response, handler,
    http::StatusCode,
    web::{Data, Path},
};

use crate::{
    app::App,
    domain::{
        access::{self, AccountError},
        passwords,
        users::{self, Role, User},
    },
    ids::UserId,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query},
        respond::{
            confirmation::Confirmed,
            page::{self, Page},
        },
        views::{
            sessions::SessionsView,
            user::{self, UserView},
        },
    },
};

#[derive(Template)]
#[template(path = "user.html")]
struct UserPage {
    page: Page,
    user: UserView,
    me: bool,
    sessions: SessionsView,
    wrong: Wrong,
    done: Option<&'static str>,
}

/// What is wrong with a change: nothing in particular, or the password.
#[derive(Default)]
struct Wrong {
    problem: Option<String>,
    password_problem: Option<String>,
}

/// `GET /admin/people/{id}`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    asked: Query,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let done = match asked.one("done").as_str() {
        "added" => Some("Added. They can sign in now."),
        "role" => Some("The role was changed."),
        "disabled" => Some("Disabled. Their sessions have ended."),
        "enabled" => Some("Enabled. They can sign in again."),
        "password" => Some("The password was set. Their sessions have ended."),
        "signed-out" => Some("Signed out there."),
        _ => None,
    };
    show_page(&app, &admin, &user, StatusCode::OK, Wrong::default(), done).await
}

/// `POST /admin/people/{id}/role`.
#[handler]
pub async fn set_role(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let Some(role) = Role::parse(&sent.fields.one("role")) else {
        return unprocessable(&app, &sent.admin, &user, "Choose a role.").await;
    };
    let changed = if role == user.role {
        Ok(())
    } else {
        access::set_role(&app.db, &sent.admin.0.by(), user.user_id(), role).await
    };
    changed_or_not(&app, &sent.admin, &user, changed, "role").await
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
            let changed = access::disable(&app.db, &admin.0.by(), user.user_id()).await;
            changed_or_not(&app, &admin, &user, changed, "disabled").await
        }
        "enabled" => {
            let changed = access::enable(&app.db, &admin.0.by(), user.user_id()).await;
            changed_or_not(&app, &admin, &user, changed, "enabled").await
        }
        _ => unprocessable(&app, &admin, &user, "Choose whether they may sign in.").await,
    }
}

/// `POST /admin/people/{id}/password`: somebody else's; one's own is changed under `/account`.
#[handler]
pub async fn set_password(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let user = find(&app, id).await?;
    if user.id == admin.0.user.id {
        let problem = "This is you: change your password on your own page, with the one you have.";
        return unprocessable(&app, &admin, &user, problem).await;
    }
    let password = fields.one("password");
    if let Err(problem) = passwords::check(&password, &user.name) {
        let wrong = Wrong { password_problem: Some(problem.into()), ..Default::default() };
        return show_page(&app, &admin, &user, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await;
    }
    let Ok(hash) = app.passwords.hash(password).await else {
        let busy = "Tidings is busy. Please type the password again.";
        let wrong = Wrong { password_problem: Some(busy.into()), ..Default::default() };
        return show_page(&app, &admin, &user, StatusCode::SERVICE_UNAVAILABLE, wrong, None).await;
    };
    let changed = access::set_password(&app.db, &admin.0.by(), user.user_id(), hash).await;
    changed_or_not(&app, &admin, &user, changed, "password").await
}

async fn changed_or_not(
    app: &App,
    admin: &Admin,
    user: &User,
    changed: Result<(), AccountError>,
    what: &'static str,
) -> Result<Response, Error> {
    match changed {
        Ok(()) => {
            // Rights may have been lost: the streams concerned should not wait for the tail task's own look.
            app.broker.nudge();
            Ok(page::see_other(&user::address(user.user_id(), what)))
        }
        Err(AccountError::Database(error)) => Err(error.into()),
        Err(refusal) => unprocessable(app, admin, user, &refusal.to_string()).await,
    }
}

async fn unprocessable(app: &App, admin: &Admin, user: &User, problem: &str) -> Result<Response, Error> {
    let wrong = Wrong { problem: Some(problem.into()), ..Default::default() };
    show_page(app, admin, user, StatusCode::UNPROCESSABLE_ENTITY, wrong, None).await
}

async fn show_page(
    app: &App,
    admin: &Admin,
    user: &User,
    status: StatusCode,
    wrong: Wrong,
    done: Option<&'static str>,
) -> Result<Response, Error> {
    let address = format!("/admin/people/{}/sessions", user.id);
    let shown = UserPage {
        page: Page::of(&admin.0.user, "people"),
        user: UserView::of(app, user),
        me: user.id == admin.0.user.id,
        sessions: SessionsView::of(app, user.user_id(), &admin.0, address).await?,
        wrong,
        done,
    };
    page::show(status, &shown)
}

async fn find(app: &App, id: i64) -> Result<User, Error> {
    users::find(&app.db.read, UserId(id)).await?.ok_or(Error::NotFound)
}
