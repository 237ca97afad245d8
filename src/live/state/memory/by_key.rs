//! A card that is found by its key: the key is kept once, with the card.

use std::{
    borrow::Borrow,
    cmp::Ordering,
    hash::{Hash, Hasher},
    ops::Deref,
    sync::Arc,
};

use crate::live::state::Card;

/// A card that is what its key is, to a set.
#[derive(Clone, Debug)]
pub(super) struct ByKey(pub(super) Arc<Card>);

impl Deref for ByKey {
    type Target = Card;

    fn deref(&self) -> &Card {
        &self.0
    }
}

impl Borrow<str> for ByKey {
    fn borrow(&self) -> &str {
        &self.0.key
    }
}

impl PartialEq for ByKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.key == other.0.key
    }
}

impl Eq for ByKey {}

impl PartialOrd for ByKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.key.cmp(&other.0.key)
    }
}

impl Hash for ByKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // As a text's, which it is looked up by.
        self.0.key.hash(state);
    }
}
