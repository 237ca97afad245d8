//! What a status was in the last day, as a strip.

use crate::domain::cards::{Condition, Status};

/// How long a strip of a status reaches back, in milliseconds.
const STRIP_MS: i64 = 24 * 60 * 60 * 1000;

/// The strip has so many parts.
const STRIP_PARTS: i64 = 36;

/// A condition as a class.
pub(super) fn class(condition: Condition) -> &'static str {
    match condition {
        Condition::Ok => "ok",
        Condition::Off => "off",
        Condition::Unknown => "unknown",
        Condition::Warning => "warning",
        Condition::Critical => "critical",
    }
}

/// The last day, part by part: in each the worst that there was.
pub(super) fn strip(status: &Status, now: i64) -> Vec<&'static str> {
    let current = (status.since_ms, status.state);
    let changes: Vec<_> = status.changes.iter().copied().chain([current]).collect();
    let worst = |from: i64, to: i64| {
        let holds = |index: usize| {
            let ends = changes.get(index + 1).map_or(i64::MAX, |next| next.0);
            changes[index].0 < to && ends > from
        };
        (0..changes.len()).filter(|index| holds(*index)).map(|index| changes[index].1).max()
    };
    let part = STRIP_MS / STRIP_PARTS;
    let bounds = (0..STRIP_PARTS).map(|number| now - STRIP_MS + number * part);
    bounds.map(|from| worst(from, from + part).map_or("none", class)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_shows_the_worst_of_each_part() {
        let hour = 60 * 60 * 1000;
        let now = 1000 * hour;
        let status = Status {
            state: Condition::Ok,
            since_ms: now - hour,
            changes: vec![(now - 12 * hour, Condition::Ok), (now - 2 * hour, Condition::Critical)],
            ..Status::default()
        };

        let strip = strip(&status, now);

        assert_eq!(strip.len(), STRIP_PARTS as usize);
        assert_eq!(strip[..18], ["none"; 18]);
        assert_eq!(strip[18..33], ["ok"; 15]);
        assert!(strip[33..35].contains(&"critical"));
        assert_eq!(strip[35], "ok");
    }
}
