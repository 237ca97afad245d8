//! Who may sign in, and until when. Whoever asks whether somebody may still do anything asks here: an account that has
//! ended is good for nothing from that moment on, whether or not that was written down yet.
//!
//! An end is an instant in the table, and a day for people: the last on which the account works, in the organisation's
//! time zone.

use jiff::{ToSpan, civil::Date, tz::TimeZone};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    clock,
    domain::users::{Named, User},
    entities::users,
    ids::UserId,
    text,
};

/// Why a text is not the last day of an account.
#[derive(Debug, thiserror::Error)]
#[error("{}", text::say("day-format"))]
pub struct NoDay;

/// Whether the user may sign in now: neither disabled, nor has their account ended.
pub fn may_sign_in(user: &User) -> bool {
    end_ms(user).is_some()
}

/// Whether the account has ended, by its date alone.
pub fn has_ended(user: &User) -> bool {
    user.ends_ms.is_some_and(|end| end <= clock::now_ms())
}

/// Until when the user may sign in, in Unix milliseconds; `None` when they may not now.
pub fn end_ms(user: &User) -> Option<i64> {
    still_open(user.disabled, user.ends_ms)
}

/// The same of the columns alone.
pub(in crate::domain) fn still_open(disabled: bool, ends_ms: Option<i64>) -> Option<i64> {
    let end = ends_ms.unwrap_or(i64::MAX);
    (!disabled && end > clock::now_ms()).then_some(end)
}

/// Those who may sign in now.
pub fn who_may_sign_in() -> Condition {
    let has_no_end = users::Column::EndsMs.is_null();
    let still_open = Condition::any().add(has_no_end).add(users::Column::EndsMs.gt(clock::now_ms()));
    Condition::all().add(users::Column::Disabled.eq(false)).add(still_open)
}

/// Those whose accounts have ended, by their date alone.
pub fn who_have_ended() -> Condition {
    Condition::all().add(users::Column::EndsMs.lte(clock::now_ms()))
}

/// When the first account ends, or has ended, that is not disabled yet. It fails as the database does.
pub async fn next_end_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let first = users::Entity::find()
        .select_only()
        .column(users::Column::EndsMs)
        .filter(users::Column::Disabled.eq(false))
        .filter(users::Column::EndsMs.is_not_null())
        .order_by_asc(users::Column::EndsMs)
        .limit(1);
    first.into_tuple().one(db).await
}

/// A few of those whose accounts have ended and are not disabled yet. It fails as the database does.
pub async fn ended(db: &impl ConnectionTrait, count: u64) -> Result<Vec<Named>, DbErr> {
    let rows = users::Entity::find()
        .select_only()
        .columns([users::Column::Id, users::Column::Name])
        .filter(users::Column::Disabled.eq(false))
        .filter(who_have_ended())
        .order_by_asc(users::Column::EndsMs)
        .limit(count);
    let rows = rows.into_tuple::<(i64, String)>().all(db).await?;
    Ok(rows.into_iter().map(|(id, name)| Named { id: UserId(id), name }).collect())
}

/// When an account ends whose last day is typed so, in Unix milliseconds; `None` when nothing was typed.
///
/// # Errors
/// When it is no day of the calendar.
pub fn parse_last_day(typed: &str, zone: &TimeZone) -> Result<Option<i64>, NoDay> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let day = Date::strptime("%Y-%m-%d", typed).map_err(|_| NoDay)?;
    let next = day.checked_add(1.day()).and_then(|day| day.to_zoned(zone.clone()));
    Ok(Some(next.map_err(|_| NoDay)?.timestamp().as_millisecond()))
}

/// The last day of an account that ends then.
pub fn last_day(ends_ms: i64, zone: &TimeZone) -> String {
    clock::date(ends_ms - 1, zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_works_through_its_last_day_in_the_zone() {
        let vienna = TimeZone::get("Europe/Vienna").expect("a bundled zone");

        // The day after it, clocks have gone back an hour.
        let end = parse_last_day(" 2026-10-24 ", &vienna).expect("a day").expect("an end");

        assert_eq!(clock::rfc3339(end), "2026-10-24T22:00:00Z");
        assert_eq!(last_day(end, &vienna), "2026-10-24");
        assert_eq!(last_day(end, &TimeZone::UTC), "2026-10-24");
    }

    #[test]
    fn what_is_no_day_is_none() {
        for typed in
            ["2026-02-30", "31.12.2026", "2026-12-31T10:00", "tomorrow", "2026", "99999-01-01", "9999-12-31"]
        {
            assert!(parse_last_day(typed, &TimeZone::UTC).is_err(), "{typed}");
        }
        assert_eq!(parse_last_day("", &TimeZone::UTC).expect("nothing"), None);
    }
}
