//! Which parts of the log the open pages of each person were sent, so that a post's author can be told of it. Streams only
//! count; whoever asks takes what was counted since they last did.

use std::collections::HashMap;

use crate::{
    ids::UserId,
    live::hub::{Hub, subscription::Stream},
};

/// Of streams that have ended, so many parts wait to be taken; what is beyond is not told.
const MAX_WAITING: usize = 100_000;

/// A part of the log: after one event, through another.
pub type Part = (i64, i64);

/// The parts of the log that pages were sent, by whose pages they were.
#[derive(Debug, Default)]
pub struct Passed {
    by_user: HashMap<UserId, Vec<Part>>,
    /// How many there are of all people.
    count: usize,
}

impl Passed {
    /// What each person's pages were sent.
    pub fn iter(&self) -> impl Iterator<Item = (UserId, &[Part])> {
        self.by_user.iter().map(|(user, parts)| (*user, parts.as_slice()))
    }

    /// Adds a part. One that goes on where the person's last one ended makes that longer.
    fn add(&mut self, user: UserId, part: Part) {
        let parts = self.by_user.entry(user).or_default();
        match parts.last_mut().filter(|last| part.0 <= last.1 && last.0 <= part.1) {
            Some(last) => *last = (last.0.min(part.0), last.1.max(part.1)),
            None => {
                parts.push(part);
                self.count += 1;
            }
        }
    }

    /// Adds a part, unless too many wait.
    fn add_within_bound(&mut self, user: UserId, part: Part) {
        if self.count < MAX_WAITING {
            self.add(user, part);
        }
    }
}

impl Hub {
    /// What the pages of each person were sent since this was last asked.
    pub fn take_passed(&self) -> Passed {
        let open: Vec<_> = self.streams().all.iter().map(|(_, entry)| entry.stream.clone()).collect();
        let mut passed = std::mem::take(&mut *self.passed());
        for stream in open {
            if let Some((user, part)) = stream.take_passed() {
                passed.add(user, part);
            }
        }
        passed
    }

    /// Counts again what was taken, and could not be told.
    pub fn put_back_passed(&self, taken: &Passed) {
        let mut passed = self.passed();
        for (user, parts) in taken.iter() {
            parts.iter().for_each(|part| passed.add_within_bound(user, *part));
        }
    }

    /// Counts what a stream that ends has passed.
    pub(super) fn keep_passed(&self, stream: &Stream) {
        if let Some((user, part)) = stream.take_passed() {
            self.passed().add_within_bound(user, part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_goes_on_makes_the_last_one_longer_and_the_bound_is_of_parts() {
        let (mut passed, ann) = (Passed::default(), UserId(1));
        for part in [(0, 5), (5, 9), (7, 8), (20, 30)] {
            passed.add_within_bound(ann, part);
        }
        assert_eq!(passed.iter().collect::<Vec<_>>(), [(ann, &[(0, 9), (20, 30)][..])]);

        for number in 0..=MAX_WAITING as i64 {
            passed.add_within_bound(ann, (100 + 2 * number, 101 + 2 * number));
        }
        assert_eq!((passed.count, passed.by_user[&ann].len()), (MAX_WAITING, MAX_WAITING));
    }
}
