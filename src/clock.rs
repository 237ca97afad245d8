//! Instants: Unix milliseconds in the database, RFC 3339 in UTC on the wire, words on the page, in the time zone that its
//! reader chose, else in the server's. Whoever asks what time it is asks here; how long something took is tokio's and
//! std's `Instant`.

use std::time::Duration;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::text;

/// The clocks of several nodes differ by less, in milliseconds: what is from further ahead is of a clock that was wrong.
pub const MAX_DIFFERENCE_MS: i64 = 60_000;

/// The time of this machine.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The time, in Unix milliseconds.
pub fn now_ms() -> i64 {
    now().as_millisecond()
}

/// The minute that it is: minutes since 1970.
pub fn minute() -> i64 {
    now_ms() / 60_000
}

/// Before it, in Unix milliseconds, is what was last noted a minute ago or longer, give or take what the clocks
/// of several nodes differ.
pub fn last_minute() -> i64 {
    now_ms() - 55_000
}

/// That long before now, in Unix milliseconds.
pub fn ago_ms(span: Duration) -> i64 {
    now_ms().saturating_sub(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}

/// That long after now, in Unix milliseconds.
pub fn in_ms(span: Duration) -> i64 {
    now_ms().saturating_add(i64::try_from(span.as_millis()).unwrap_or(i64::MAX))
}

/// An instant as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339 in UTC with seconds, for `datetime=`.
    pub iso: String,
    /// Day, month and time of day in the reader's time zone, or else in the server's, and the year unless it is this one,
    /// for readers without script.
    pub text: String,
}

impl Moment {
    /// The instant `ms`, told in the zone that the reader of this task chose, or else in `zone`.
    pub fn of(ms: i64, zone: &TimeZone) -> Self {
        Self::seen_at(now_ms(), ms, &text::zone_or(zone))
    }

    fn seen_at(now_ms: i64, ms: i64, zone: &TimeZone) -> Self {
        let [now, local] = [now_ms, ms].map(|ms| at(ms).to_zoned(zone.clone()));
        let told = if local.year() == now.year() { text::of("moment") } else { text::of("moment-with-year") };
        let told =
            told.with("day", local.day()).with("month", local.month()).with("year", local.year().to_string());
        let text = told.with("time", local.strftime("%H:%M").to_string()).unmarked();
        Self { iso: rfc3339(ms), text }
    }
}

const WEEKDAYS: [&str; 7] = [
    text::key("weekday-1"),
    text::key("weekday-2"),
    text::key("weekday-3"),
    text::key("weekday-4"),
    text::key("weekday-5"),
    text::key("weekday-6"),
    text::key("weekday-7"),
];

/// The day of the instant `ms`, as a heading above what is of it, told as `Moment`s are.
pub fn day(ms: i64, zone: &TimeZone) -> String {
    day_seen_at(now_ms(), ms, &text::zone_or(zone))
}

fn day_seen_at(now_ms: i64, ms: i64, zone: &TimeZone) -> String {
    let [today, day] = [now_ms, ms].map(|ms| at(ms).to_zoned(zone.clone()).date());
    if day == today {
        return text::say("day-today");
    }
    if day.tomorrow().is_ok_and(|next| next == today) {
        return text::say("day-yesterday");
    }
    told(day, day.year() == today.year())
}

/// A day in words, with its year.
pub fn day_in_words(day: Date) -> String {
    told(day, false)
}

fn told(day: Date, is_of_this_year: bool) -> String {
    let told = if is_of_this_year { text::of("day") } else { text::of("day-with-year") };
    let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    let told = told.with("weekday", text::say(WEEKDAYS[weekday])).with("day", day.day());
    told.with("month", day.month()).with("year", day.year().to_string()).unmarked()
}

/// RFC 3339 in UTC, to the second.
pub fn rfc3339(ms: i64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The day on which the instant is in the zone, like 2026-12-31.
pub fn date(ms: i64, zone: &TimeZone) -> String {
    at(ms).to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string()
}

/// Now, as a `Date` header says it (RFC 9110, section 5.6.7).
pub fn http_date() -> String {
    now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A row's time that no calendar has counts as the last there is, and one before 1970 as 1970, so that one bad
/// row spoils no page, and what ends in ten thousand years has not ended in 1970.
fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms.max(0)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_zone_and_kept_in_utc() {
        let vienna = TimeZone::get("Europe/Vienna").expect("a bundled zone");

        let moment = Moment::seen_at(1_763_820_360_000, 1_763_820_360_000, &vienna);

        assert_eq!(moment.iso, "2025-11-22T14:06:00Z");
        assert_eq!(moment.text, "22 Nov, 15:06");
    }

    #[test]
    fn days_are_those_of_the_zone_and_told_from_today() {
        let kiritimati = TimeZone::get("Pacific/Kiritimati").expect("a bundled zone");
        // 31 December 2025, 23:59:59 there, and one second later.
        let (before, after) = (1_767_175_199_000, 1_767_175_200_000);
        let told = |now_ms, ms| day_seen_at(now_ms, ms, &kiritimati);
        let day_ms = 24 * 60 * 60 * 1000;

        assert_eq!(told(before, before), "Today");
        assert_eq!(told(after, before), "Yesterday");
        assert_eq!(told(after + day_ms, before), "Wednesday 31 December 2025");
        assert_eq!(told(before, before - 2 * day_ms), "Monday 29 December");
    }

    #[test]
    fn the_year_is_told_where_it_is_not_this_one() {
        let kiritimati = TimeZone::get("Pacific/Kiritimati").expect("a bundled zone");
        // 31 December 2025, 09:59:59 and 10:00:00 in UTC: the year ends between them.
        let (before, after) = (1_767_175_199_000, 1_767_175_200_000);
        let told = |now_ms, ms| Moment::seen_at(now_ms, ms, &kiritimati).text;

        assert_eq!(told(before, before), "31 Dec, 23:59");
        assert_eq!(told(after, before), "31 Dec 2025, 23:59");
        assert_eq!(told(before, after), "1 Jan 2026, 00:00");
    }

    #[test]
    fn what_ends_beyond_the_calendar_has_not_ended_in_1970() {
        for (ms, iso) in [(i64::MAX, "9999-12-30T22:00:00Z"), (i64::MIN, "1970-01-01T00:00:00Z")] {
            assert_eq!(Moment::of(ms, &TimeZone::UTC).iso, iso);
        }
    }
}
