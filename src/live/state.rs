//! What is so now, and has only a latest value: cards on boards. It is numbered by `rev`, apart from the log.
//!
//! The life of a card's report: its writer commits rows with the next rev (`state::table`), gives them to memory
//! (`state::memory`), and nudges; the state task (`state::task`) reads what others committed into memory, and has the hub
//! wake the streams that watch the boards concerned, at most ten times a second; the reader of each pulls what its viewer
//! may see now (`State::pull`). Nothing is queued and nothing is resumed: what a stream gets is the latest since the rev
//! that it was given, and everything when it begins, or when that cannot be told.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use sea_orm::{ConnectionTrait, DbBackend, DbErr};

use crate::{
    db::Db,
    ids::{BoardId, CardId},
    live::{
        audience::Viewer,
        event::Format,
        looks::Looks,
        state::{frame::Frame, memory::Memory, watch::Watch},
    },
};

pub use self::{
    alarm::{About, Flapping, Pause, Raised, Rules, Threshold},
    audience::Audience,
    card::{Board, Card, Concern},
    layout::{Layout, Place},
    reading::{Condition, Progress, Publish, Reading, Stage, Status, Trend, Value, ValueKind},
    recent::{Recent, Since},
};

mod alarm;
mod audience;
mod card;
mod cpu_time;
pub mod frame;
mod layout;
mod memory;
mod pace;
mod reading;
mod recent;
pub mod table;
pub mod task;
pub mod watch;

/// The state in memory; cheap to clone.
#[derive(Clone, Debug)]
pub struct State {
    db: Db,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    // A std mutex: held to look or to take changes in, never over an await, nor while something is encoded.
    memory: Mutex<Memory>,
    /// Counts what happens to the memory, so that a stream that has everything need not look.
    generation: AtomicU64,
    /// Counts how often streams were to look at the rosters that they watch.
    roster_generation: AtomicU64,
    looks: Looks,
}

impl State {
    /// Reads all boards and cards.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn open(db: Db) -> Result<Self, DbErr> {
        let memory = Memory::of(table::everything(&db.read).await?);
        let shared = Shared {
            memory: Mutex::new(memory),
            generation: AtomicU64::new(1),
            roster_generation: AtomicU64::new(1),
            looks: Looks::default(),
        };
        Ok(Self { db, shared: Arc::new(shared) })
    }

    /// A state without any boards.
    #[cfg(test)]
    pub(in crate::live) fn empty(db: Db) -> Self {
        let shared = Shared {
            memory: Mutex::new(Memory::of(table::Changes::default())),
            generation: AtomicU64::new(1),
            roster_generation: AtomicU64::new(1),
            looks: Looks::default(),
        };
        Self { db, shared: Arc::new(shared) }
    }

    /// Waits until memory has what was committed before this call. However many ask at once, they share a look.
    ///
    /// # Errors
    /// When the tables could not be looked at.
    pub async fn catch_up(&self) -> Result<(), DbErr> {
        self.shared.looks.next().await
    }

    /// Waits until memory has what was committed before this call, if it has not yet.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn catch_up_if_behind(&self) -> Result<(), DbErr> {
        let (_, newest) = table::head(&self.db.read).await?;
        if self.memory().rev < newest { self.catch_up().await } else { Ok(()) }
    }

    /// The cards of these keys that are there, in the order of the keys, as this transaction finds them: until it ends, nobody
    /// changes them. `None` if the table has to be asked: on SQLite, where nobody else writes while it goes on, memory knows
    /// once it has everything.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn hold(
        &self,
        db: &impl ConnectionTrait,
        keys: impl Iterator<Item = &str>,
    ) -> Result<Option<Vec<Card>>, DbErr> {
        if db.get_database_backend() != DbBackend::Sqlite {
            return Ok(None);
        }
        let newest = table::head(db).await?;
        let memory = self.memory();
        let is_current = (memory.epoch.as_str(), memory.rev) == (newest.0.as_str(), newest.1);
        Ok(is_current.then(|| memory.cards_of(keys)))
    }

    /// Takes in the cards that are all that was committed under this rev, as soon as everything before it is in memory.
    pub fn take_in(&self, rev: i64, cards: Vec<Card>) {
        self.change(|memory| memory.take_in(rev, cards));
    }

    /// Goes up with every change in memory; never 0.
    pub fn generation(&self) -> u64 {
        self.shared.generation.load(Ordering::Acquire)
    }

    /// Goes up when streams are to look at the rosters that they watch, not more often than their pace allows: whatever else
    /// wakes a stream meanwhile has nothing counted anew. Never 0.
    pub fn roster_generation(&self) -> u64 {
        self.shared.roster_generation.load(Ordering::Acquire)
    }

    /// What there is for the viewer, in this version of what is known of them, since the watch was last asked: as it goes
    /// out. From then on the watch stands there.
    pub(in crate::live) fn pull(
        &self,
        watch: &mut Watch,
        viewer: &Viewer,
        version: u64,
        format: Format,
        encode: impl FnOnce(&Frame<'_>) -> Bytes,
    ) -> Option<Bytes> {
        let due = self.memory().pull(watch, viewer, version, format)?;
        match due {
            memory::Due::Encoded(bytes) => Some(bytes),
            memory::Due::Fresh(fresh) => {
                let bytes = encode(&fresh.frame(watch.board()));
                self.memory().keep(fresh, &bytes);
                Some(bytes)
            }
        }
    }

    /// The boards that the viewer may see, in their order, each with the cards on it that they may see.
    pub fn boards_for(&self, viewer: &Viewer) -> Vec<(Arc<Board>, Vec<Arc<Card>>)> {
        self.memory().boards_for(viewer)
    }

    /// Whether there is a board that the viewer may see.
    pub fn has_boards_for(&self, viewer: &Viewer) -> bool {
        self.memory().boards().any(|board| board.is_seen_by(viewer))
    }

    /// Whether there are boards, and whether one is for everybody of the organisation.
    pub fn has_boards(&self) -> (bool, bool) {
        let memory = self.memory();
        let has_any = memory.boards().next().is_some();
        (has_any, memory.boards().any(|board| board.audience.is_for_everyone()))
    }

    /// What the cards of a board were lately, by key.
    pub fn recents(&self, board: BoardId) -> HashMap<Box<str>, Recent> {
        self.memory().recents_on(board)
    }

    /// Takes in what a card was at these times (Unix milliseconds), where nothing is known of it yet.
    pub fn fill(&self, card: CardId, points: &[(i64, f64)]) {
        self.memory().fill(card, points);
    }

    /// The board above the feed, if there is one; not everybody may see it.
    pub fn above_feed(&self) -> Option<Arc<Board>> {
        self.memory().above_feed()
    }

    /// The cards on a board that the viewer may see, in its order; none if they may not see the board.
    pub fn cards_for(&self, viewer: &Viewer, board: BoardId) -> Option<Vec<Arc<Card>>> {
        self.memory().cards_for(viewer, board)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // A panic while it was held left a card as it was before or after a change; the next look takes it in again.
        self.shared.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the memory; streams that look from here on find it changed.
    fn change<T>(&self, change: impl FnOnce(&mut Memory) -> T) -> T {
        let changed = change(&mut self.memory());
        // After the change: who counts it sees it.
        self.shared.generation.fetch_add(1, Ordering::Release);
        changed
    }
}
