//! The newest part of the log, in memory: bounded by count and bytes, and indexed by who may see what, so
//! that a pull costs what it returns.

use std::{
    collections::{HashMap, VecDeque, vec_deque::Iter},
    sync::Arc,
};

use crate::{
    ids::UserId,
    live::{
        cursor::{Check, Cursor, Epoch},
        event::Event,
    },
};

/// Enough for a reconnect storm to be answered from memory on a busy day.
const MAX_EVENTS: usize = 10_000;

/// Of texts; what is encoded from them takes about as much again.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// One pull takes at most so much, or one event.
pub(in crate::live) const MAX_PULL_BYTES: usize = 32 * 1024;

/// What a reader gets.
#[derive(Debug)]
pub enum Pull {
    /// Some or none.
    Events {
        /// In id order.
        events: Vec<Arc<Event>>,
        /// The place up to which every event was looked at.
        through: Cursor,
        /// Whether that was as far as the log reached.
        is_all: bool,
        /// Whether every viewer would have got the same.
        is_common: bool,
    },
    /// The cursor cannot be served.
    Reset,
}

#[derive(Debug)]
pub(in crate::live) struct Tail {
    epoch: Epoch,
    /// Every event after this one is here.
    from: i64,
    head: i64,
    /// Of the event at the head; unknown until one was read.
    head_nonce: Option<i64>,
    /// All that count against the bounds, oldest first.
    events: VecDeque<Arc<Event>>,
    bytes: usize,
    broadcasts: VecDeque<Arc<Event>>,
    personal: HashMap<UserId, VecDeque<Arc<Event>>>,
    /// The newest event that is not the same for everybody; 0 if there was none.
    last_personal: i64,
}

impl Tail {
    /// Nothing yet, beginning after event `from`.
    pub(in crate::live) fn new(epoch: Epoch, from: i64) -> Self {
        Self {
            epoch,
            from,
            head: from,
            head_nonce: None,
            events: VecDeque::new(),
            bytes: 0,
            broadcasts: VecDeque::new(),
            personal: HashMap::new(),
            last_personal: 0,
        }
    }

    pub(in crate::live) fn head(&self) -> Cursor {
        // Where there was none yet, nobody checks it.
        Cursor::at(self.epoch, self.head, self.head_nonce.unwrap_or_default())
    }

    pub(in crate::live) fn head_nonce(&self) -> Option<i64> {
        self.head_nonce
    }

    /// Takes in the next event. Ids are dense; only where old events were trimmed away is there a gap, and
    /// then memory reaches back to the gap and no further.
    pub(in crate::live) fn push(&mut self, event: Arc<Event>) {
        if event.id != self.head + 1 {
            *self = Self::new(self.epoch, event.id - 1);
        }
        self.head = event.id;
        self.head_nonce = Some(event.nonce);
        self.bytes += event.size();
        if !event.is_common() {
            self.last_personal = event.id;
        }
        if event.is_broadcast() {
            self.broadcasts.push_back(event.clone());
        } else {
            for viewer in event.named_viewers() {
                self.personal.entry(viewer).or_default().push_back(event.clone());
            }
        }
        self.events.push_back(event);
        while self.events.len() > MAX_EVENTS || (self.bytes > MAX_BYTES && self.events.len() > 1) {
            self.forget_oldest();
        }
    }

    /// Whether the cursor's event is the one that stands there; `None` when memory does not have it.
    pub(in crate::live) fn vouches_for(&self, cursor: &Cursor) -> Option<bool> {
        if cursor.epoch != self.epoch {
            return Some(false);
        }
        let Some(check) = cursor.check.filter(|_| cursor.id != 0) else { return Some(true) };
        // Ids are dense.
        let place = usize::try_from(cursor.id - self.from - 1).ok()?;
        Some(Check::of(self.events.get(place)?.nonce) == check)
    }

    /// Whether the viewer can go on from the cursor; `None` when memory does not reach back that far. One with
    /// more than `max_backlog` to come cannot.
    pub(in crate::live) fn serves(
        &self,
        cursor: &Cursor,
        viewer: UserId,
        max_backlog: Option<usize>,
    ) -> Option<bool> {
        if cursor.epoch != self.epoch {
            return Some(false);
        }
        let [broadcasts, personal] = self.parts(cursor, viewer)?;
        Some(max_backlog.is_none_or(|max_backlog| broadcasts.len() + personal.len() <= max_backlog))
    }

    /// What the viewer may see after the cursor; `None` when memory does not reach back that far.
    pub(in crate::live) fn after(
        &self,
        cursor: &Cursor,
        viewer: UserId,
        max_backlog: Option<usize>,
    ) -> Option<Pull> {
        if !self.serves(cursor, viewer, max_backlog)? {
            return Some(Pull::Reset);
        }
        let [broadcasts, personal] = self.parts(cursor, viewer)?;
        let (mut broadcasts, mut personal) = (broadcasts.peekable(), personal.peekable());
        let in_order = std::iter::from_fn(|| match (broadcasts.peek(), personal.peek()) {
            (Some(a), Some(b)) if b.id < a.id => personal.next(),
            (None, _) => personal.next(),
            _ => broadcasts.next(),
        });
        let is_common = self.last_personal <= cursor.id;
        let end = if self.head > cursor.id { self.head() } else { cursor.clone() };
        Some(one_pull(in_order.cloned(), end, is_common))
    }

    /// What is for everybody after the cursor, and what is for the viewer.
    fn parts(&self, cursor: &Cursor, viewer: UserId) -> Option<[Iter<'_, Arc<Event>>; 2]> {
        if cursor.id < self.from {
            return None;
        }
        let personal = self.personal.get(&viewer).map(|events| later_than(events, cursor.id));
        Some([later_than(&self.broadcasts, cursor.id), personal.unwrap_or_default()])
    }

    fn forget_oldest(&mut self) {
        let Some(event) = self.events.pop_front() else { return };
        self.from = event.id;
        self.bytes -= event.size();
        if event.is_broadcast() {
            self.broadcasts.pop_front();
            return;
        }
        for viewer in event.named_viewers() {
            if let Some(events) = self.personal.get_mut(&viewer) {
                events.pop_front();
                if events.is_empty() {
                    self.personal.remove(&viewer);
                }
            }
        }
    }
}

/// As many of these events as one pull takes; `end` is where they end when all of them fit.
fn one_pull(events: impl Iterator<Item = Arc<Event>>, end: Cursor, is_common: bool) -> Pull {
    let mut taken = Vec::new();
    let mut bytes = 0;
    for event in events {
        bytes += event.weight;
        if bytes > MAX_PULL_BYTES && !taken.is_empty() {
            let through = taken.last().map_or(end.clone(), |last: &Arc<Event>| last.cursor(end.epoch));
            return Pull::Events { events: taken, through, is_all: false, is_common };
        }
        taken.push(event);
    }
    Pull::Events { events: taken, through: end, is_all: true, is_common }
}

fn later_than(events: &VecDeque<Arc<Event>>, id: i64) -> Iter<'_, Arc<Event>> {
    events.range(events.partition_point(|event| event.id <= id)..)
}
