//! The turns of readers that take a little once a second, each at a time of its own: all at once, they would hold
//! up the client that measures the others.

use std::{
    ops::Range,
    time::{Duration, Instant},
};

/// Sips that are due are taken this often.
const PAUSE: Duration = Duration::from_millis(5);

/// Who sips, how many sips there were, and since when.
pub struct Sips {
    streams: Vec<usize>,
    taken: usize,
    start: Instant,
}

impl Sips {
    /// Nobody sips.
    pub fn new() -> Self {
        Self { streams: Vec::new(), taken: 0, start: Instant::now() }
    }

    /// These sip as well; all begin anew.
    pub fn join(&mut self, streams: Range<usize>) {
        self.streams.extend(streams);
        (self.taken, self.start) = (0, Instant::now());
    }

    /// How long one may wait for something else, who would wait for so long.
    pub fn pause(&self, wait: Duration) -> Duration {
        if self.streams.is_empty() { wait } else { wait.min(PAUSE) }
    }

    /// Whose sip is due.
    pub fn next_due(&mut self) -> Option<usize> {
        let due = self.start.elapsed().as_secs_f64() * self.streams.len() as f64;
        let is_due = self.taken < due as usize;
        is_due.then(|| {
            self.taken += 1;
            self.streams[(self.taken - 1) % self.streams.len()]
        })
    }
}
