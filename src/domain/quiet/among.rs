//! For whom of many it is quiet now: of each in their own time zone.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::{Timestamp, tz::TimeZone};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::{
        posts::Severity,
        quiet::{Quiet, Rules, hours_of},
    },
    entities::{quiet, quiet_hours, users},
};

/// Those of these people for whom it is quiet at this moment. Whoever chose no time zone has `zone`. Fails as the database
/// does.
pub async fn quiet_among(
    db: &impl ConnectionTrait,
    people: &BTreeSet<i64>,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<HashSet<i64>, DbErr> {
    let theirs = || people.iter().copied();
    let mut found: HashMap<i64, Quiet> = HashMap::new();
    for row in quiet::Entity::find().filter(quiet::Column::UserId.is_in(theirs())).all(db).await? {
        let quiet = found.entry(row.user_id).or_default();
        (quiet.until_ms, quiet.skipped) = (row.until_ms, row.skipped.and_then(|day| day.parse().ok()));
    }
    for row in quiet_hours::Entity::find().filter(quiet_hours::Column::UserId.is_in(theirs())).all(db).await?
    {
        let Quiet { rules: Rules { hours, .. }, .. } = found.entry(row.user_id).or_default();
        hours.extend(hours_of(row));
    }
    if found.is_empty() {
        return Ok(HashSet::new());
    }
    let zones = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::TimeZone])
        .filter(users::Column::Id.is_in(found.keys().copied()))
        .filter(users::Column::TimeZone.is_not_null());
    let zones: HashMap<i64, String> = zones.into_tuple().all(db).await?.into_iter().collect();
    let is_quiet = |(user, quiet): (&i64, &Quiet)| {
        let own = zones.get(user).and_then(|name| TimeZone::get(name).ok());
        quiet.until(now, own.as_ref().unwrap_or(zone)).is_some()
    };
    Ok(found.iter().filter(|found| is_quiet((found.0, found.1))).map(|(user, _)| *user).collect())
}

/// Those of these people who have muted alerts of this severity, or news. Fails as the database does.
pub async fn muted_among(
    db: &impl ConnectionTrait,
    people: &BTreeSet<i64>,
    severity: Option<Severity>,
) -> Result<HashSet<i64>, DbErr> {
    let rows = quiet::Entity::find().filter(quiet::Column::UserId.is_in(people.iter().copied()));
    let is_muted = |row: &quiet::Model| match severity {
        None => row.mutes_news,
        severity => severity < row.mutes_below,
    };
    Ok(rows.all(db).await?.iter().filter(|row| is_muted(row)).map(|row| row.user_id).collect())
}
