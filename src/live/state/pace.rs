//! How often streams are told of a board: the first change at once, and those that follow together, ten times a second at most.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use tokio::time::Instant;

/// Streams are told of a board no more often.
pub(super) const MIN_INTERVAL: Duration = Duration::from_millis(100);

/// Boards that have changed, and those of which streams were told lately.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    changed: HashSet<Box<str>>,
    told: HashMap<Box<str>, Instant>,
}

impl Default for Pace {
    fn default() -> Self {
        Self::of(MIN_INTERVAL)
    }
}

impl Pace {
    /// With so much time between two tellings.
    pub(super) fn of(interval: Duration) -> Self {
        Self { interval, changed: HashSet::new(), told: HashMap::new() }
    }

    /// Takes in boards that have changed.
    pub(super) fn add(&mut self, changed: HashSet<Box<str>>) {
        self.changed.extend(changed);
    }

    /// The boards of which streams are to be told now.
    pub(super) fn take_due(&mut self, now: Instant) -> HashSet<Box<str>> {
        self.told.retain(|_, at| now.duration_since(*at) < self.interval);
        let due: HashSet<_> = self.changed.extract_if(|board| !self.told.contains_key(board)).collect();
        self.told.extend(due.iter().map(|board| (board.clone(), now)));
        due
    }

    /// When streams are to be told of the next one that waits.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let waiting = self.changed.iter().filter_map(|board| self.told.get(board));
        waiting.min().map(|at| *at + self.interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_change_is_told_at_once_and_those_that_follow_together() {
        let (mut pace, began) = (Pace::default(), Instant::now());
        let after = |ms| began + Duration::from_millis(ms);
        let boards =
            |names: &[&str]| names.iter().map(|name| Box::from(*name)).collect::<HashSet<Box<str>>>();
        pace.add(boards(&["a"]));
        assert_eq!((pace.take_due(after(0)), pace.next_due()), (boards(&["a"]), None));

        for ms in [10, 20, 30] {
            pace.add(boards(&["a", "b"]));
            let due = pace.take_due(after(ms));
            assert_eq!(due, if ms == 10 { boards(&["b"]) } else { boards(&[]) }, "{ms}");
        }
        assert_eq!(pace.next_due(), Some(after(100)));
        assert_eq!(pace.take_due(after(100)), boards(&["a"]));
        assert_eq!(pace.take_due(after(110)), boards(&["b"]));
        assert_eq!((pace.take_due(after(400)), pace.next_due()), (boards(&[]), None));
        assert!(pace.told.is_empty());
    }
}
