//! How far this node has read, and how far the others were told.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

/// How far the log or the state is.
#[derive(Debug, Default)]
pub(super) struct Height {
    /// Up to where this node has read.
    pub(super) reached: AtomicI64,
    /// The most that the others were told of, by whichever node.
    announced: AtomicI64,
}

impl Height {
    /// Whether the others are to be told.
    pub(super) fn reach(&self, number: i64) -> bool {
        self.reached.store(number, Relaxed);
        self.announced.swap(number, Relaxed) < number
    }

    /// Whether there is something to read here.
    pub(super) fn hear(&self, number: i64) -> bool {
        self.announced.fetch_max(number, Relaxed);
        number > self.reached.load(Relaxed)
    }
}
