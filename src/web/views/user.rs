//! A user as the pages for admins show them.

use poem::Response;

use crate::{
    app::App,
    clock::Moment,
    domain::users::{self, User},
    ids::UserId,
    web::respond::notice,
};

/// What is told of a user.
#[derive(Debug)]
pub struct UserView {
    /// Part of the page's address.
    pub id: i64,
    /// As they write it.
    pub name: String,
    /// As forms say it.
    pub role: &'static str,
    /// Whether it could be taken for another's.
    pub doubtful: bool,
    /// Whether they are from outside.
    pub external: bool,
    /// May not sign in.
    pub disabled: bool,
    /// The last day of the account, if there is one.
    pub last_day: Option<String>,
    /// Whether that is over.
    pub ended: bool,
    /// The last request of any of their sessions.
    pub last_seen: Option<Moment>,
    /// Whether they have a stream open.
    pub live: bool,
}

impl UserView {
    /// The user, as they are now.
    pub fn of(app: &App, user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            role: user.role.word(),
            doubtful: user.has_doubtful_name(),
            external: user.external,
            disabled: user.disabled,
            last_day: user.ends_ms.map(|end| users::last_day(end, &app.config.time_zone)),
            ended: users::has_ended(user),
            last_seen: user.last_seen_ms.map(|ms| Moment::of(ms, &app.config.time_zone)),
            live: app.hub.is_live(user.user_id()),
        }
    }
}

/// The user's page.
pub fn address(user: UserId) -> String {
    format!("/admin/people/{}", user.0)
}

/// Leads to the user's page, which says what was done.
pub fn lead_to(user: UserId, done: &str) -> Response {
    notice::lead_to(&address(user), done)
}
