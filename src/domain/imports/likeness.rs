//! In what two names are alike, so that only one of them may be given.

use crate::names::{self, Keys};

/// By what two names are one, or look like one.
pub(super) fn looks(name: &str) -> [(Likeness, String); 4] {
    let keys = Keys::of(name);
    [
        (Likeness::Written, names::written_key(name)),
        (Likeness::Folded, keys.folded),
        (Likeness::Skeleton, keys.skeleton),
        (Likeness::FoldedSkeleton, keys.folded_skeleton),
    ]
}

/// In what two names are alike; each is a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Likeness {
    Written,
    Folded,
    Skeleton,
    FoldedSkeleton,
}
