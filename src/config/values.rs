//! How the values of options are read. What is wrong with one is said in a sentence, without the option's name.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::{
    config::{BaseUrl, List, ServerUrl},
    networks::{self, Network},
};

pub(super) fn redis(text: &str) -> Result<ServerUrl, String> {
    match text.split_once("://") {
        Some(("redis" | "rediss" | "valkey" | "valkeys" | "redis+unix" | "unix", rest))
            if !rest.is_empty() =>
        {
            ServerUrl::redis(text)
        }
        _ => Err("Redis is given as redis://:PASSWORD@HOST:PORT/NUMBER, or rediss:// with TLS".into()),
    }
}

/// Networks with commas between.
///
/// # Errors
/// What is wrong with the first that is none.
pub fn networks(text: &str) -> Result<List<Network>, String> {
    networks::parse_list(text).map(Into::into).map_err(|wrong| format!("`{wrong}` is not a network"))
}

pub(super) fn origins(text: &str) -> Result<List<BaseUrl>, String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::parse).collect()
}

pub(super) fn heartbeat(text: &str) -> Result<Duration, String> {
    let given = duration(text)?;
    // Proxies cut connections that are quiet for 60 s.
    if !(Duration::from_secs(1)..=Duration::from_secs(60)).contains(&given) {
        return Err("a heartbeat is between 1s and 60s".into());
    }
    Ok(given)
}

pub(super) fn keep_events(text: &str) -> Result<Duration, String> {
    let given = duration(text)?;
    if given < Duration::from_secs(1) {
        return Err("events are kept for at least 1s".into());
    }
    Ok(given)
}

pub(super) fn at_least_1s(text: &str) -> Result<Duration, String> {
    let given = duration(text)?;
    if given < Duration::from_secs(1) { Err("at least 1s is wanted".into()) } else { Ok(given) }
}

pub(super) fn keep_audit(text: &str) -> Result<Duration, String> {
    let given = duration(text)?;
    // The database refuses to delete what is younger than 29 days.
    if given < Duration::from_secs(30 * 24 * 60 * 60) {
        return Err("the audit log is kept for at least 30d".into());
    }
    Ok(given)
}

/// A span of time such as `90d` or `1h 30m`, that leads from now to a day that a calendar has.
///
/// # Errors
/// What is wrong with it.
pub fn duration(text: &str) -> Result<Duration, String> {
    /// Calendars here end with the year 9999.
    const MAX_DURATION: Duration = Duration::from_secs(1000 * 365 * 24 * 60 * 60);
    let given = humantime::parse_duration(text.trim())
        .map_err(|_| format!("`{text}` is not a span of time such as 90d or 1h 30m"))?;
    if given > MAX_DURATION { Err("at most 365000d (1000 years) is wanted".into()) } else { Ok(given) }
}

/// A span of time in which something holds: as `duration`, and not nothing.
///
/// # Errors
/// What is wrong with it.
pub fn lifetime(text: &str) -> Result<Duration, String> {
    let given = duration(text)?;
    if given.is_zero() { Err("more than nothing is wanted".into()) } else { Ok(given) }
}

pub(super) fn time_zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| format!("`{text}` is not a time zone such as Europe/Vienna"))
}

pub(super) fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err("a number from 1 is wanted".into()),
    }
}
