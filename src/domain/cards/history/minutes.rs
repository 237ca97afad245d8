//! The minutes of one card that wait to be written: one or two most of the time, and so a list and not a tree.

use crate::domain::cards::history::packing::Bucket;

/// By minute since 1970, in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Minutes(Vec<(i64, Bucket)>);

impl Minutes {
    /// What there is of this minute.
    pub(super) fn entry(&mut self, minute: i64) -> &mut Bucket {
        let at = self.0.partition_point(|(other, _)| *other < minute);
        if self.0.get(at).is_none_or(|(other, _)| *other != minute) {
            // Most cards never have a second one.
            self.0.reserve_exact(1);
            self.0.insert(at, (minute, Bucket::default()));
        }
        &mut self.0[at].1
    }

    /// Keeps the newest of them, so many.
    pub(super) fn keep_newest(&mut self, count: usize) {
        self.0.drain(..self.0.len().saturating_sub(count));
    }

    /// Takes out those before this minute.
    pub(super) fn take_before(&mut self, minute: i64) -> Self {
        let at = self.0.partition_point(|(other, _)| *other < minute);
        Self(self.0.drain(..at).collect())
    }

    /// Those from this minute on.
    pub(super) fn from(&self, minute: i64) -> impl Iterator<Item = (i64, &Bucket)> {
        let at = self.0.partition_point(|(other, _)| *other < minute);
        self.0[at..].iter().map(|(minute, bucket)| (*minute, bucket))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
