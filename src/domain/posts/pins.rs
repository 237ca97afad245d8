//! What its authors have pinned to the top of lists.

use crate::{
    domain::posts::{receipts::snoozes::Snoozed, shared_lists::SharedLists},
    live::audience::Viewer,
};

/// More would push what is new out of sight; what is pinned besides stands in its place. `assets/js/pins.js` has the same
/// limit.
const MAX_SHOWN: usize = 5;

/// The numbers of the posts that are pinned, of what this viewer may see and has not `snoozed`: newest first.
pub(super) fn pinned(shared: &SharedLists, viewer: &Viewer, snoozed: &[Snoozed]) -> Vec<i64> {
    let is_shown = |number: &i64| {
        shared.is_for(viewer, *number) && snoozed.iter().all(|snoozed| snoozed.number != *number)
    };
    shared.pinned.iter().copied().filter(is_shown).take(MAX_SHOWN).collect()
}
