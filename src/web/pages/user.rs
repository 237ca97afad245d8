//! One user's page, for admins: the role, the access, the password, and where they are signed in.

use askama::Template;
use poem::{
    Response, handler,
    web::{Data, Path},
};

use crate::{
    app::App,
    clock,
    domain::{
        access::{self, AccountError},
        passwords,
        users::{self, Role, User},
    },
    ids::UserId,
    text,
    web::{
        error::Error,
        extract::{access::Admin, form::SmallForm, query::Query},
        respond::{
            confirmation::Confirmed,
            notice::{self, Notices},
            page::{self, Page},
            problems::Problems,
            section::Section,
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
    /// The last day, as it was typed.
    ends: String,
    sessions: SessionsView,
}

const NOTICES: Notices = &[
    ("added", text::key("notice-added")),
    ("role", text::key("notice-role")),
    ("external", text::key("notice-external")),
    ("not-external", text::key("notice-not-external")),
    ("end", text::key("notice-end")),
    ("disabled", text::key("notice-disabled")),
    ("enabled", text::key("notice-enabled")),
    ("password", text::key("notice-password-set")),
    ("signed-out", text::key("notice-signed-out-there")),
];

const OVER: &str = text::key("user-day-over");

/// `GET /admin/people/{id}`.
#[handler]
pub async fn show(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    query: Query,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    show_page(&app, &admin, page(&admin).with_notice(notice::find(&query, NOTICES)), &user, None).await
}

/// `POST /admin/people/{id}/role`.
#[handler]
pub async fn set_role(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let Some(role) = Role::parse(&sent.fields.one("role")) else {
        return again(&app, &sent.admin, &user, Problems::one("form", text::say("choose-role"))).await;
    };
    let changed = if role == user.role {
        Ok(())
    } else {
        access::set_role(&app.changes, &sent.admin.0.by(), user.user_id(), role).await
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
            let changed = access::disable(&app.changes, &admin.0.by(), user.user_id()).await;
            changed_or_not(&app, &admin, &user, changed, "disabled").await
        }
        "enabled" => {
            let changed = access::enable(&app.changes, &admin.0.by(), user.user_id()).await;
            changed_or_not(&app, &admin, &user, changed, "enabled").await
        }
        _ => {
            let problems = Problems::one("form", text::say("user-choose-access"));
            again(&app, &admin, &user, problems).await
        }
    }
}

/// `POST /admin/people/{id}/external`: whether they are from outside.
#[handler]
pub async fn set_external(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let external = !fields.one("external").is_empty();
    let changed = if external == user.external {
        Ok(())
    } else {
        access::set_external(&app.changes, &admin.0.by(), user.user_id(), external).await
    };
    let done = if external { "external" } else { "not-external" };
    changed_or_not(&app, &admin, &user, changed, done).await
}

/// `POST /admin/people/{id}/end`: the last day of their account, or none.
#[handler]
pub async fn set_end(
    admin: Admin,
    app: Data<&App>,
    Path(id): Path<i64>,
    fields: SmallForm,
) -> Result<Response, Error> {
    let user = find(&app, id).await?;
    let (typed, zone) = (fields.one("ends"), &app.config.time_zone);
    let ends_ms = match users::parse_last_day(&typed, zone) {
        Ok(ends_ms) if ends_ms == user.ends_ms => return Ok(user::lead_to(user.user_id(), "end")),
        Ok(Some(end)) if end <= clock::now_ms() => Err(text::say(OVER)),
        parsed => parsed.map_err(|no_day| no_day.to_string()),
    };
    let changed = match ends_ms {
        Ok(ends_ms) => access::set_end(&app.changes, &admin.0.by(), user.user_id(), ends_ms, zone).await,
        Err(problem) => {
            let page = page(&admin).with_problems(Problems::one("ends", problem));
            return show_page(&app, &admin, page, &user, Some(typed)).await;
        }
    };
    changed_or_not(&app, &admin, &user, changed, "end").await
}

/// `POST /admin/people/{id}/password`: somebody else's; one's own is changed under `/account`.
#[handler]
pub async fn set_password(sent: Confirmed, app: Data<&App>, Path(id): Path<i64>) -> Result<Response, Error> {
    let Confirmed { admin, fields } = sent;
    let user = find(&app, id).await?;
    if user.id == admin.0.user.id {
        let problem = text::say("user-own-password");
        return again(&app, &admin, &user, Problems::one("form", problem)).await;
    }
    let password = fields.one("password");
    if let Err(problem) = passwords::check(&password, &user.name) {
        return again(&app, &admin, &user, Problems::one("password", problem)).await;
    }
    let Ok(hash) = app.passwords.hash(password).await else {
        return again(&app, &admin, &user, Problems::busy("password")).await;
    };
    let changed = access::set_password(&app.changes, &admin.0.by(), user.user_id(), hash).await;
    changed_or_not(&app, &admin, &user, changed, "password").await
}

async fn changed_or_not(
    app: &App,
    admin: &Admin,
    user: &User,
    changed: Result<(), AccountError>,
    what: &'static str,
) -> Result<Response, Error> {
    if let Err(refusal) = changed {
        return again(app, admin, user, Problems::refused("form", refusal)?).await;
    }
    Ok(user::lead_to(user.user_id(), what))
}

async fn again(app: &App, admin: &Admin, user: &User, problems: Problems) -> Result<Response, Error> {
    show_page(app, admin, page(admin).with_problems(problems), user, None).await
}

fn page(admin: &Admin) -> Page {
    Page::of(&admin.0.user, Section::Users)
}

async fn show_page(
    app: &App,
    admin: &Admin,
    page: Page,
    user: &User,
    typed_end: Option<String>,
) -> Result<Response, Error> {
    let address = format!("{}/sessions", user::address(user.user_id()));
    let status = page.problems.status();
    let view = UserView::of(app, user);
    let shown = UserPage {
        page,
        ends: typed_end.or_else(|| view.last_day.clone()).unwrap_or_default(),
        user: view,
        me: user.id == admin.0.user.id,
        sessions: SessionsView::of(app, user.user_id(), &admin.0, address).await?,
    };
    page::show(status, &shown)
}

async fn find(app: &App, id: i64) -> Result<User, Error> {
    users::find(&app.db.read, UserId(id)).await?.ok_or(Error::NotFound)
}
