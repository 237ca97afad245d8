//! Up to when things may be forgotten. An hour of running forgets no more than an hour's worth, however far the clock has
//! come meanwhile; time in which nothing was written costs nothing.

use crate::entities::retention;

/// Up to when things may be forgotten now, all in milliseconds.
pub(super) fn cut(
    before: Option<&retention::Model>,
    oldest: Option<i64>,
    now: i64,
    keep: i64,
    running: i64,
) -> i64 {
    let wanted = now - keep;
    let Some(before) = before else {
        return oldest.map_or(wanted, |oldest| wanted.min(oldest.saturating_add(running)));
    };
    // Several nodes, and starts one after the other, share the hour. A clock that was put back says nothing.
    let passed = if before.ran_ms <= now { running.min(now - before.ran_ms) } else { running };
    // What the operator wants to keep no more is another matter than time.
    let given_up = (before.kept_ms - keep).max(0);
    let floor = before.through_ms.max(oldest.unwrap_or(wanted));
    wanted.min(floor.saturating_add(passed).saturating_add(given_up))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60 * 1000;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;

    /// A day of hourly rounds, with an entry each hour since `oldest`; what is left of them.
    fn runs_a_day(mut entries: Vec<i64>, mut before: retention::Model, start: i64, keep: i64) -> Vec<i64> {
        for hour in 0..24 {
            let now = start + hour * HOUR;
            let through_ms = cut(Some(&before), entries.iter().min().copied(), now, keep, HOUR);
            entries.retain(|at| *at >= through_ms);
            before = retention::Model { through_ms, ran_ms: now, kept_ms: keep, name: String::new() };
        }
        entries
    }

    fn row(through_ms: i64, ran_ms: i64, kept_ms: i64) -> retention::Model {
        retention::Model { name: String::new(), through_ms, ran_ms, kept_ms }
    }

    #[test]
    fn a_clock_that_is_years_ahead_costs_a_day_a_day() {
        let (keep, now) = (400 * DAY, 60 * YEAR);
        let entries: Vec<_> = (0..400 * 24).map(|hour| now - keep + hour * HOUR).collect();
        let before = row(now - keep, now - HOUR, keep);

        let right = runs_a_day(entries.clone(), before.clone(), now, keep);
        let ahead = runs_a_day(entries.clone(), before.clone(), now + 5 * YEAR, keep);

        assert_eq!(entries.len() - right.len(), 23);
        assert_eq!(entries.len() - ahead.len(), 24);
        // Starting again and again gains nothing.
        let first = cut(Some(&before), Some(now - keep), now + 5 * YEAR, keep, HOUR);
        let again = cut(Some(&row(first, now + 5 * YEAR, keep)), Some(first), now + 5 * YEAR, keep, HOUR);
        assert_eq!((first, again), (now - keep + HOUR, first));
    }

    #[test]
    fn what_is_due_is_forgotten_after_a_pause_another_setting_and_a_clock_put_back() {
        let (keep, now) = (400 * DAY, 60 * YEAR);
        // Nothing was written for a year: the pause is passed over.
        let young = now - 10 * DAY;
        assert_eq!(
            cut(Some(&row(now - keep - YEAR, now - YEAR, keep)), Some(young), now, keep, HOUR),
            now - keep
        );
        // The operator wants to keep a month.
        let shorter = cut(Some(&row(now - keep, now - HOUR, keep)), Some(now - keep), now, 30 * DAY, HOUR);
        assert_eq!(shorter, now - 30 * DAY);
        // The clock was ahead, and is right again.
        let right = cut(Some(&row(now - keep + DAY, now + YEAR, keep)), Some(now - keep), now, keep, HOUR);
        assert_eq!(right, now - keep);
        // Nothing is known of before, as after an upgrade.
        assert_eq!(cut(None, None, now, keep, HOUR), now - keep);
        assert_eq!(cut(None, Some(now - 2 * keep), now, keep, HOUR), now - 2 * keep + HOUR);
    }
}
