//! Every board and card as they are now, in memory, with what left each board lately. A frame that many streams get alike
//! is encoded once.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use bytes::Bytes;

use crate::{
    ids::{BoardId, CardId},
    live::{
        audience::Viewer,
        event::Format,
        state::{
            Board, Card, Recent,
            frame::{Frame, Parts},
            memory::{
                ahead::Ahead,
                by_key::ByKey,
                on_board::{Key, OnBoard},
            },
            table::{Changes, Departure},
            watch::{Told, Watch},
        },
    },
};

mod ahead;
mod by_key;
mod on_board;

/// Every board and card.
#[derive(Debug)]
pub(super) struct Memory {
    /// Another one each time that everything was read anew.
    id: u64,
    /// The timeline of the database.
    pub(super) epoch: String,
    /// Everything up to here is in it.
    pub(super) rev: i64,
    boards: HashMap<BoardId, OnBoard>,
    by_slug: HashMap<Box<str>, BoardId>,
    /// All cards, whatever board they are on.
    cards: HashSet<ByKey>,
    /// What each card was lately that shows a number.
    recents: HashMap<CardId, Box<Recent>>,
    /// The names of boards of which the hub is still to be told.
    changed: HashSet<Box<str>>,
    ahead: Ahead,
}

/// What there is for a stream.
#[derive(Debug)]
pub(super) enum Due {
    /// Another stream got the same.
    Encoded(Bytes),
    /// It is to be encoded.
    Fresh(Fresh),
}

/// What is to be encoded.
#[derive(Debug)]
pub(super) struct Fresh {
    /// None if there is no such board for the viewer.
    board: Option<Arc<Board>>,
    parts: Parts,
    key: Key,
    /// The board's, when this was taken from it.
    board_rev: i64,
    memory: u64,
}

impl Memory {
    /// Of everything that the tables have.
    pub(super) fn of(everything: Changes) -> Self {
        let mut memory = Self {
            id: rand::random(),
            epoch: String::new(),
            rev: 0,
            boards: HashMap::new(),
            by_slug: HashMap::new(),
            cards: HashSet::new(),
            recents: HashMap::new(),
            changed: HashSet::new(),
            ahead: Ahead::default(),
        };
        memory.apply(everything);
        memory
    }

    /// Takes in what the table says that memory has not heard of.
    fn apply(&mut self, changes: Changes) {
        let mut changed = std::mem::take(&mut self.changed);
        for departure in changes.departures {
            self.remove(&departure, &mut changed);
        }
        for board in changes.boards {
            changed.insert(board.slug.clone());
            self.put_board(board);
        }
        for card in changes.cards {
            if let Some(number) = card.reading.number() {
                self.recents.entry(card.id).or_default().put(card.reported_ms, number);
            }
            self.put_card(Arc::new(card), &mut changed);
        }
        (self.epoch, self.rev) = (changes.epoch, changes.rev);
        self.changed = changed;
        self.join_ahead();
    }

    /// Takes in what was read from the tables, unless memory went on meanwhile; the boards that have changed.
    pub(super) fn apply_read(&mut self, changes: Changes) -> HashSet<Box<str>> {
        if changes.rev > self.rev {
            self.apply(changes);
        }
        self.take_changed()
    }

    /// The names of the boards that have changed since this was asked last.
    pub(super) fn take_changed(&mut self) -> HashSet<Box<str>> {
        std::mem::take(&mut self.changed)
    }

    /// What the cards of a board were lately, by key.
    pub(super) fn recents_on(&self, board: BoardId) -> HashMap<Box<str>, Recent> {
        let cards = self.boards.get(&board).into_iter().flat_map(|on_board| on_board.cards.iter());
        cards
            .filter_map(|card| Some((card.key.clone(), self.recents.get(&card.id)?.as_ref().clone())))
            .collect()
    }

    /// Takes in what a card was at these times, where nothing is known of it yet.
    pub(super) fn fill(&mut self, card: CardId, points: &[(i64, f64)]) {
        self.recents.entry(card).or_default().fill(points);
    }

    /// Takes the place of what was read before, and takes over what the cards were lately. All boards of both have changed.
    pub(super) fn replace(mut self, before: &mut Self) {
        for card in self.boards.values().flat_map(|on_board| on_board.cards.iter()) {
            if let Some(recent) = before.recents.remove(&card.id) {
                self.recents.insert(card.id, recent);
            }
        }
        self.changed = before.by_slug.keys().chain(self.by_slug.keys()).cloned().collect();
        *before = self;
    }

    /// The boards that the viewer may see, in their order, each with the cards on it that they may see.
    pub(super) fn boards_for(&self, viewer: &Viewer) -> Vec<(Arc<Board>, Vec<Arc<Card>>)> {
        let seen = self.boards.values().filter(|on_board| on_board.board.is_seen_by(viewer));
        let mut boards: Vec<_> = seen
            .map(|on_board| (on_board.board.clone(), on_board.parts(viewer, None, self.rev).cards))
            .collect();
        boards.sort_by_cached_key(|(board, _)| (board.place, board.name.to_lowercase(), board.id));
        boards
    }

    /// All boards, in no order.
    pub(super) fn boards(&self) -> impl Iterator<Item = &Board> {
        self.boards.values().map(|on_board| &*on_board.board)
    }

    /// The board above the feed, if there is one.
    pub(super) fn above_feed(&self) -> Option<Arc<Board>> {
        self.boards.values().map(|on_board| &on_board.board).find(|board| board.above_feed).cloned()
    }

    /// The cards on a board that the viewer may see, if they may see the board.
    pub(super) fn cards_for(&self, viewer: &Viewer, board: BoardId) -> Option<Vec<Arc<Card>>> {
        let on_board = self.boards.get(&board)?;
        on_board.board.is_seen_by(viewer).then(|| on_board.parts(viewer, None, self.rev).cards)
    }

    /// The cards of these keys that are there.
    pub(super) fn cards_of<'a>(&self, keys: impl Iterator<Item = &'a str>) -> Vec<Card> {
        keys.filter_map(|key| self.cards.get(key)).map(|card| Card::clone(card)).collect()
    }

    fn remove(&mut self, departure: &Departure, changed: &mut HashSet<Box<str>>) {
        let Departure { board, key, rev } = departure;
        let Some(on_board) = self.boards.get_mut(board) else { return };
        changed.insert(on_board.board.slug.clone());
        if key.is_empty() {
            let slug = on_board.board.slug.clone();
            if self.by_slug.get(&slug) == Some(board) {
                self.by_slug.remove(&slug);
            }
            let gone = self.boards.remove(board);
            for card in gone.iter().flat_map(|on_board| on_board.cards.iter()) {
                self.cards.remove(&*card.key);
                self.recents.remove(&card.id);
            }
        } else if on_board.cards.get(&**key).is_some_and(|card| card.rev < *rev)
            && let Some(card) = on_board.leave(key, *rev)
        {
            self.cards.remove(&*card.key);
            self.recents.remove(&card.id);
        }
    }

    fn put_board(&mut self, board: Board) {
        self.by_slug.insert(board.slug.clone(), board.id);
        let (id, rev) = (board.id, board.rev);
        let on_board = self.boards.entry(id).or_insert_with(|| OnBoard::new(board.clone()));
        if *on_board.board != board {
            on_board.board = Arc::new(board);
            on_board.whole_before = rev;
            on_board.touch(rev);
        }
    }

    fn put_card(&mut self, card: Arc<Card>, changed: &mut HashSet<Box<str>>) {
        let before = self.cards.replace(ByKey(card.clone()));
        if let Some(before) = before.filter(|before| before.board != card.board)
            && let Some(on_board) = self.boards.get_mut(&before.board)
        {
            changed.insert(on_board.board.slug.clone());
            on_board.leave(&card.key, card.rev);
        }
        if let Some(on_board) = self.boards.get_mut(&card.board) {
            changed.insert(on_board.board.slug.clone());
            on_board.put(card);
        }
    }

    /// What there is for the viewer, in this version of what is known of them, since the watch was last asked.
    pub(super) fn pull(
        &self,
        watch: &mut Watch,
        viewer: &Viewer,
        version: u64,
        format: Format,
    ) -> Option<Due> {
        let is_first = !std::mem::replace(&mut watch.is_told, true);
        let on_board = self.by_slug.get(watch.board()).and_then(|id| self.boards.get(id));
        let Some(on_board) = on_board.filter(|on_board| on_board.board.is_seen_by(viewer)) else {
            // What one may not see, and what is not there, look the same: a board without cards.
            let may_show_some = watch.told.take().is_some() || is_first;
            return may_show_some.then(|| Due::Fresh(self.nothing(format)));
        };
        let is_usable = |told: &Told| {
            told.memory == self.id && told.viewer == version && told.rev >= on_board.whole_before
        };
        let since = watch.told.filter(is_usable).map(|told| told.rev);
        watch.told = Some(Told { memory: self.id, rev: self.rev, viewer: version });
        if since.is_some_and(|since| since >= on_board.rev) {
            return None;
        }
        let key = Key { format, since, sees: on_board.sees(viewer) };
        if let Some(bytes) = on_board.frames.get(&key) {
            return Some(Due::Encoded(bytes.clone()));
        }
        let mut parts = on_board.parts(viewer, since, self.rev);
        parts.recents = parts
            .cards
            .iter()
            .map(|card| self.recents.get(&card.id).map(|recent| (**recent).clone()))
            .collect();
        let is_empty = !parts.all && parts.cards.is_empty() && parts.gone.is_empty();
        let board = Some(on_board.board.clone());
        let fresh = Fresh { board, parts, key, board_rev: on_board.rev, memory: self.id };
        (!is_empty).then_some(Due::Fresh(fresh))
    }

    /// Keeps what was encoded, unless the board has changed since.
    pub(super) fn keep(&mut self, fresh: Fresh, bytes: &Bytes) {
        let Some(board) = fresh.board.filter(|_| fresh.memory == self.id) else { return };
        let on_board = self.boards.get_mut(&board.id);
        if let Some(on_board) = on_board.filter(|on_board| on_board.rev == fresh.board_rev) {
            on_board.frames.insert(fresh.key, bytes.clone());
        }
    }

    fn nothing(&self, format: Format) -> Fresh {
        let parts =
            Parts { all: true, rev: self.rev, cards: Vec::new(), recents: Vec::new(), gone: Vec::new() };
        let key = Key { format, since: None, sees: [].into() };
        Fresh { board: None, parts, key, board_rev: 0, memory: self.id }
    }
}

impl Fresh {
    /// As it is encoded.
    pub(super) fn frame<'a>(&'a self, board: &'a str) -> Frame<'a> {
        let Parts { all, rev, cards, recents, gone } = &self.parts;
        let placed = |card: &'a Arc<Card>| {
            let place = self.board.as_deref().map(|board| board.layout.place(&card.key));
            (&**card, place.unwrap_or_default())
        };
        let cards = cards.iter().map(placed).collect();
        let recents = recents.iter().map(Option::as_ref).collect();
        Frame { board, of: self.board.as_deref(), all: *all, rev: *rev, cards, recents, gone }
    }
}
