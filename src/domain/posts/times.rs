//! Times as forms and programs say them: wall times, in a zone.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::text;

/// As browsers send it.
const WALL: &str = "%Y-%m-%dT%H:%M";

/// When that is, in Unix milliseconds; none, if nothing was typed. UTC is meant where no zone is named. A wall time that the
/// zone's clocks pass over is as much later.
///
/// # Errors
/// What is wrong with it: `no_time`, a key of the catalogue, if it is none.
pub(super) fn instant(typed: &str, zone: &str, no_time: &'static str) -> Result<Option<i64>, String> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let zone = match zone.trim() {
        "" => TimeZone::UTC,
        name => TimeZone::get(name).map_err(|_| text::say("draft-zone"))?,
    };
    let at = DateTime::strptime(WALL, typed).and_then(|at| at.to_zoned(zone));
    let at = at.map_err(|_| text::say(no_time))?;
    Ok(Some(at.timestamp().as_millisecond()))
}

/// The same, of a time that has to be there.
///
/// # Errors
/// What is wrong with it.
pub fn until(typed: &str, zone: &str) -> Result<i64, String> {
    let no_time = text::key("draft-due");
    instant(typed, zone, no_time)?.ok_or_else(|| text::say(no_time))
}

/// As a form shows it again; nothing, if there is no time.
pub fn wall(at_ms: Option<i64>, zone: &TimeZone) -> String {
    let at = at_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
    at.map(|at| at.to_zoned(zone.clone()).strftime(WALL).to_string()).unwrap_or_default()
}
