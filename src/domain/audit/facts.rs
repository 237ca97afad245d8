//! What entries of several kinds tell in the same words.

use jiff::tz::TimeZone;
use sea_orm::ActiveEnum;

use crate::{
    domain::{
        audit::Detail,
        posts::Post,
        users::{self, Role},
    },
    text::{self, Text},
};

/// A role, as the log names it.
pub fn role(role: Role) -> Text {
    text::of(match role {
        Role::Admin => text::key("role-admin"),
        Role::Publisher => text::key("role-publisher"),
        Role::Member => text::key("role-member"),
    })
}

/// Whether somebody is from outside.
pub fn external(is_external: bool) -> Text {
    text::of(if is_external { text::key("audit-external") } else { text::key("audit-not-external") })
}

/// The last day of an account, in the zone, if it has one.
pub fn last_day(ends_ms: Option<i64>, zone: &TimeZone) -> Detail {
    match ends_ms {
        Some(end) => users::last_day(end, zone).into(),
        None => text::of("audit-no-last-day").into(),
    }
}

/// What a post is and whom it is for, without what it says.
pub fn post(post: &Post) -> Text {
    let kind = post.severity.map_or_else(|| post.kind.to_value(), |severity| severity.to_value());
    text::of("audit-post").with("kind", kind).with("audience", post.audience.to_value())
}
