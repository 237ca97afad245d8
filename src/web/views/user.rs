//! A person as the pages for admins show them.

use crate::{app::App, clock::Moment, domain::users::User, ids::UserId};

/// What is told of a person.
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
    /// May not sign in.
    pub disabled: bool,
    /// The last request of any of their sessions.
    pub last_seen: Option<Moment>,
    /// Whether they have a stream open.
    pub live: bool,
}

impl UserView {
    /// The person, as they are now.
    pub fn of(app: &App, user: &User) -> Self {
        Self {
            id: user.id,
            name: user.name.clone(),
            role: user.role.word(),
            doubtful: user.has_doubtful_name(),
            disabled: user.disabled,
            last_seen: user.last_seen_ms.map(|ms| Moment::of(ms, &app.config.time_zone)),
            live: app.hub.is_live(user.user_id()),
        }
    }
}

/// The person's page, which says what was done.
pub fn address(user: UserId, done: &str) -> String {
    format!("/admin/people/{}?done={done}", user.0)
}
