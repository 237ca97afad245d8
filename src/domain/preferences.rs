//! How pages are for somebody: in which language and time zone, in which colours, how large, and by what a post counts as read
//! there. Whatever takes a `db` fails as the database does.

use std::sync::LazyLock;

use jiff::tz::{self, TimeZone};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    domain::{
        telling::Sounds,
        users::{Density, Reads, TextSize, Theme, User},
    },
    entities::users,
    ids::UserId,
    text::{self, Language},
};

/// What somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// None is that of their browser.
    pub language: Option<Language>,
    /// The IANA name of their time zone; none is the server's.
    pub zone: Option<&'static str>,
    /// In which colours.
    pub theme: Theme,
    /// How large.
    pub text_size: TextSize,
    /// How much of a list at once.
    pub density: Density,
    /// By what a post counts as read.
    pub reads: Reads,
}

/// Zones as IANA names them, by a place.
static ZONES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let names = tz::db().available().map(|name| name.as_str().to_owned());
    // The others are the same again, for systems of other kinds.
    let is_place = |name: &String| {
        let folder = name.split_once('/').map(|(folder, _)| folder);
        name == "UTC" || folder.is_some_and(|folder| !["posix", "right", "SystemV"].contains(&folder))
    };
    let mut names: Vec<_> = names.filter(is_place).collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// The zones that somebody may choose, by name.
pub fn zones() -> &'static [String] {
    &ZONES
}

/// The zone of that name, however its letters are written; none for nothing.
///
/// # Errors
/// What to say where there is no such zone.
pub fn parse_zone(typed: &str) -> Result<Option<&'static str>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let found = zones().iter().find(|zone| zone.eq_ignore_ascii_case(typed));
    found.map(|zone| Some(zone.as_str())).ok_or_else(|| text::say("preferences-no-zone"))
}

/// The time zone that somebody chose; none, if it is the server's, or if this machine does not know it any more.
pub fn zone(user: &User) -> Option<TimeZone> {
    user.time_zone.as_deref().and_then(|name| TimeZone::get(name).ok())
}

/// How somebody is told of posts beside the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// Whether notifications have the titles of posts.
    pub with_titles: bool,
    /// Of what there is a sound.
    pub sounds: Sounds,
}

/// Keeps how somebody wants to be told.
pub async fn save_telling(db: &impl ConnectionTrait, user: UserId, chosen: &Telling) -> Result<(), DbErr> {
    let row = users::ActiveModel {
        tells_titles: Set(chosen.with_titles),
        sounds: Set(chosen.sounds.words().to_owned()),
        ..Default::default()
    };
    users::Entity::update_many().set(row).filter(users::Column::Id.eq(user.0)).exec(db).await.map(|_| ())
}

/// Keeps what somebody chose.
pub async fn save(db: &impl ConnectionTrait, user: UserId, chosen: &Preferences) -> Result<(), DbErr> {
    let row = users::ActiveModel {
        language: Set(chosen.language.map(|language| language.tag().to_owned())),
        time_zone: Set(chosen.zone.map(str::to_owned)),
        theme: Set(chosen.theme),
        text_size: Set(chosen.text_size),
        density: Set(chosen.density),
        reads: Set(chosen.reads),
        ..Default::default()
    };
    users::Entity::update_many().set(row).filter(users::Column::Id.eq(user.0)).exec(db).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_found_however_it_is_written_and_nothing_else_is_one() {
        for (typed, zone) in [
            ("", None),
            ("  ", None),
            ("Europe/Vienna", Some("Europe/Vienna")),
            (" europe/vienna ", Some("Europe/Vienna")),
            ("utc", Some("UTC")),
        ] {
            assert_eq!(parse_zone(typed), Ok(zone), "{typed}");
        }
        for typed in ["Mars/Olympus", "../UTC", "posix/UTC", "CET-1CEST", "Factory", "localtime", "\0", "😀"]
        {
            assert!(parse_zone(typed).is_err(), "{typed}");
        }
    }

    #[test]
    fn every_zone_that_is_offered_is_one() {
        assert!(zones().len() > 300, "{}", zones().len());
        for name in zones() {
            assert!(TimeZone::get(name).is_ok(), "{name}");
        }
    }
}
