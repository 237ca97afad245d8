//! Instants: Unix milliseconds in the database, RFC 3339 in UTC on the wire, words in the organisation's own
//! time zone on the page.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};

/// The time of this machine, in Unix milliseconds.
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
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
    /// Day, month and time of day in the server's time zone, for readers without script.
    pub text: String,
}

impl Moment {
    /// The instant `ms`, told in `zone`.
    pub fn of(ms: i64, zone: &TimeZone) -> Self {
        let local = at(ms).to_zoned(zone.clone());
        Self { iso: rfc3339(ms), text: local.strftime("%-d %b, %H:%M").to_string() }
    }
}

/// RFC 3339 in UTC, to the second.
pub fn rfc3339(ms: i64) -> String {
    at(ms).strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Now, as a `Date` header says it (RFC 9110, section 5.6.7).
pub fn http_date() -> String {
    Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// A row's time that no clock could have written counts as 1970, so that one bad row spoils no page.
fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_the_zone_and_kept_in_utc() {
        let vienna = TimeZone::get("Europe/Vienna").expect("a bundled zone");

        let moment = Moment::of(1_763_820_360_000, &vienna);

        assert_eq!(moment.iso, "2025-11-22T14:06:00Z");
        assert_eq!(moment.text, "22 Nov, 15:06");
    }
}
