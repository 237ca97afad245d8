//! Which parts of the log the open pages of each person were sent, so that a post's author can be told of it. Streams only
//! count; whoever asks takes what was counted since they last did.

use std::collections::HashMap;

use crate::{
    ids::UserId,
    live::hub::{Hub, subscription::Stream},
};

/// Parts of the log, each after one event and through another.
pub type Passed = HashMap<UserId, Vec<(i64, i64)>>;

/// Of streams that have ended, so many parts wait to be taken; what is beyond is not told.
const MAX_WAITING: usize = 100_000;

impl Hub {
    /// What the pages of each person were sent since this was last asked.
    pub fn take_passed(&self) -> Passed {
        let open: Vec<_> = self.streams().all.iter().map(|(_, entry)| entry.stream.clone()).collect();
        let mut passed = std::mem::take(&mut *self.passed());
        for stream in open {
            if let Some((user, part)) = stream.take_passed() {
                passed.entry(user).or_default().push(part);
            }
        }
        passed
    }

    /// Counts what a stream that ends has passed.
    pub(super) fn keep_passed(&self, stream: &Stream) {
        let Some((user, part)) = stream.take_passed() else { return };
        let mut passed = self.passed();
        if passed.len() < MAX_WAITING {
            passed.entry(user).or_default().push(part);
        }
    }
}
