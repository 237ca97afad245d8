//! One board in memory: its cards, and what left it lately.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use bytes::Bytes;

use crate::live::{
    audience::Viewer,
    event::Format,
    state::{Audience, Board, Card, frame::Parts, memory::by_key::ByKey},
};

/// Of a board, so many cards that left are remembered; who was told of less gets the board whole.
const MAX_LEFT: usize = 500;

/// A board and what is on it.
#[derive(Debug)]
pub(super) struct OnBoard {
    pub(super) board: Arc<Board>,
    pub(super) cards: BTreeSet<ByKey>,
    /// Of the last change of anything on it.
    pub(super) rev: i64,
    /// Who was told of less gets everything.
    pub(super) whole_before: i64,
    left: VecDeque<Left>,
    pub(super) frames: HashMap<Key, Bytes>,
}

/// A card that left a board, or may be seen by others than before.
#[derive(Debug)]
struct Left {
    rev: i64,
    key: Box<str>,
    /// Who could see it.
    audience: Option<Box<Audience>>,
}

/// To whom a frame goes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) format: Format,
    pub(super) since: Option<i64>,
    /// Whether they may see each of the cards that not all may see, and could see each that left.
    pub(super) sees: Box<[bool]>,
}

impl OnBoard {
    pub(super) fn new(board: Board) -> Self {
        Self {
            rev: board.rev,
            whole_before: board.rev,
            board: Arc::new(board),
            cards: BTreeSet::new(),
            left: VecDeque::new(),
            frames: HashMap::new(),
        }
    }

    /// Something changed on it.
    pub(super) fn touch(&mut self, rev: i64) {
        self.rev = self.rev.max(rev);
        self.frames.clear();
    }

    pub(super) fn put(&mut self, card: Arc<Card>) {
        self.touch(card.rev);
        let before = self.cards.replace(ByKey(card.clone()));
        if let Some(before) = before.filter(|before| before.audience != card.audience) {
            self.remember(Left { rev: card.rev, key: card.key.clone(), audience: before.audience.clone() });
        }
    }

    pub(super) fn leave(&mut self, key: &str, rev: i64) -> Option<Arc<Card>> {
        let ByKey(card) = self.cards.take(key)?;
        self.touch(rev);
        self.remember(Left { rev, key: card.key.clone(), audience: card.audience.clone() });
        Some(card)
    }

    fn remember(&mut self, left: Left) {
        self.left.push_back(left);
        if self.left.len() > MAX_LEFT
            && let Some(oldest) = self.left.pop_front()
        {
            self.whole_before = self.whole_before.max(oldest.rev);
        }
    }

    /// Whether the viewer may see each of the cards that not all may see, and could see each that left.
    pub(super) fn sees(&self, viewer: &Viewer) -> Box<[bool]> {
        let of_cards = self.cards.iter().filter_map(|card| card.audience.as_deref());
        let of_left = self.left.iter().filter_map(|left| left.audience.as_deref());
        of_cards.chain(of_left).map(|audience| audience.includes(viewer)).collect()
    }

    pub(super) fn parts(&self, viewer: &Viewer, since: Option<i64>, rev: i64) -> Parts {
        let is_new = |at: i64| since.is_none_or(|since| at > since);
        let seen = |audience: &Option<Box<Audience>>| {
            audience.as_deref().is_none_or(|audience| audience.includes(viewer))
        };
        let shown = self.cards.iter().filter(|card| is_new(card.rev) && seen(&card.audience));
        let mut cards: Vec<_> = shown.map(|card| card.0.clone()).collect();
        cards.sort_by_cached_key(|card| {
            let place = self.board.layout.place(&card.key);
            (place.section, place.line, card.key.clone())
        });
        let is_shown = |key: &str| self.cards.get(key).is_some_and(|card| seen(&card.audience));
        let mut gone: Vec<_> = self
            .left
            .iter()
            .filter(|left| {
                since.is_some() && is_new(left.rev) && seen(&left.audience) && !is_shown(&left.key)
            })
            .map(|left| left.key.clone())
            .collect();
        gone.sort_unstable();
        gone.dedup();
        Parts { all: since.is_none(), rev, cards, recents: Vec::new(), gone }
    }
}
