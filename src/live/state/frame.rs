//! What one stream is sent of one board at a time.

use std::sync::Arc;

use crate::live::state::{Board, Card, Place, Recent};

/// What changed on a board, or all of it.
#[derive(Debug)]
pub struct Frame<'a> {
    /// The board's name for programs.
    pub board: &'a str,
    /// The board as it is; none if there is no such board for this viewer.
    pub of: Option<&'a Board>,
    /// Whether these are all of its cards: whatever else was shown goes.
    pub all: bool,
    /// Up to where this is.
    pub rev: i64,
    /// Cards as they are, in the board's order.
    pub cards: Vec<(&'a Card, Place<'a>)>,
    /// What each of them was lately, if it is a number; in the same order.
    pub recents: Vec<Option<&'a Recent>>,
    /// Keys of cards that are not there any more, for this viewer.
    pub gone: &'a [Box<str>],
}

/// The parts of a frame, taken from memory.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    pub(super) all: bool,
    pub(super) rev: i64,
    pub(super) cards: Vec<Arc<Card>>,
    pub(super) recents: Vec<Option<Recent>>,
    pub(super) gone: Vec<Box<str>>,
}
