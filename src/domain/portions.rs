//! Many people, a portion after the other, with a rest after each, in which others write.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::domain::pace::Pace;

/// Whoever writes to SQLite's file from another process looks again and again whether it is their turn: it is, for so
/// long at least, after each portion.
const MIN_REST: Duration = Duration::from_millis(10);

/// What is left to be done.
pub(in crate::domain) struct Portions<'a, T> {
    rest: &'a [T],
    pace: Pace,
    began: Instant,
}

impl<'a, T> Portions<'a, T> {
    /// All of these are to be done.
    pub(in crate::domain) fn of(all: &'a [T]) -> Self {
        Self { rest: all, pace: Pace::new(), began: Instant::now() }
    }

    /// The next few, which are to be done now.
    pub(in crate::domain) fn next(&mut self) -> Option<&'a [T]> {
        let count = usize::try_from(self.pace.rows()).unwrap_or(usize::MAX).min(self.rest.len());
        let (some, rest) = self.rest.split_at(count);
        self.rest = rest;
        self.began = Instant::now();
        (!some.is_empty()).then_some(some)
    }

    /// Lets others have their turn: as long as the last few took, or longer.
    pub(in crate::domain) async fn rest(&mut self) {
        sleep(self.pace.rest_after(self.began.elapsed()).max(MIN_REST)).await;
    }
    /// The same, unless nothing is left.
    pub(in crate::domain) async fn rest_before_more(&mut self) {
        if !self.rest.is_empty() {
            self.rest().await;
        }
    }
}
