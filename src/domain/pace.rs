//! How fast many rows are written or removed: in portions, so that publishing waits for one of them at most, and with a
//! rest after each, in which others write.

use std::time::Duration;

/// A portion has as many rows as take about so long.
const PORTION_TIME: Duration = Duration::from_millis(4);

const FIRST_ROWS: u64 = 50;
/// Fewer cost hardly less.
const MIN_ROWS: u64 = 50;
const MAX_ROWS: u64 = 1000;

/// A database that is slow for a moment is left alone no longer than that.
const MAX_REST: Duration = Duration::from_millis(100);

/// The pace of one piece of work.
#[derive(Debug)]
pub(in crate::domain) struct Pace {
    rows: u64,
}

impl Pace {
    /// Nothing is known of the database yet.
    pub(in crate::domain) fn new() -> Self {
        Self { rows: FIRST_ROWS }
    }

    /// How many rows the next portion has.
    pub(in crate::domain) fn rows(&self) -> u64 {
        self.rows
    }

    /// After a portion that took so long: how long to rest before the next.
    pub(in crate::domain) fn rest_after(&mut self, took: Duration) -> Duration {
        let fit = self.rows as f64 * PORTION_TIME.as_secs_f64() / took.as_secs_f64().max(1e-6);
        self.rows = (fit as u64).clamp(self.rows / 2, self.rows * 2).clamp(MIN_ROWS, MAX_ROWS);
        took.clamp(Duration::from_millis(1), MAX_REST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portions_are_as_large_as_the_database_is_fast() {
        let portions_of = |took_per_row: Duration| {
            let mut pace = Pace::new();
            for _ in 0..20 {
                let rest = pace.rest_after(took_per_row * u32::try_from(pace.rows()).expect("few"));
                assert!(rest >= Duration::from_millis(1) && rest <= MAX_REST);
            }
            pace.rows()
        };

        assert_eq!(portions_of(Duration::from_micros(20)), 200);
        assert_eq!(portions_of(Duration::from_nanos(100)), MAX_ROWS);
        assert_eq!(portions_of(Duration::from_millis(20)), MIN_ROWS);
    }
}
