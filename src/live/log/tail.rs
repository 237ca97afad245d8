//! The newest part of the log, in memory: bounded by count and bytes, and indexed by who may see what. What it has of a
//! post is as of the post's last change.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::Arc,
};

use crate::live::{
    audience::Viewer,
    cursor::{Check, Cursor, Epoch},
    event::Event,
    log::{index::Index, kinds, posts::Published},
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
    /// What there is for its user, which may be nothing.
    Events {
        /// In id order.
        events: Vec<Arc<Event>>,
        /// The place up to which every event was looked at.
        through: Cursor,
        /// Whether that was as far as the log reached.
        is_all: bool,
        /// Whether everybody of the organisation would have got the same.
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
    index: Index,
    /// Of each post that has changed, the event of the last change.
    changes: HashMap<i64, i64>,
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
            index: Index::default(),
            changes: HashMap::new(),
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

    /// All that it has, oldest first.
    pub(in crate::live) fn events(&self) -> &VecDeque<Arc<Event>> {
        &self.events
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
        if !event.audience.is_common() {
            self.last_personal = event.id;
        }
        self.supersede(&event);
        self.index.add(&event);
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
        Some(Check::of(self.events[self.place_of(cursor.id)?].nonce) == check)
    }

    /// Whether the viewer can go on from the cursor; `None` when memory does not reach back that far. One with
    /// more than `max_backlog` to come cannot.
    pub(in crate::live) fn serves(
        &self,
        cursor: &Cursor,
        viewer: &Viewer,
        max_backlog: Option<usize>,
    ) -> Option<bool> {
        if cursor.epoch != self.epoch {
            return Some(false);
        }
        let mut events = self.events_for(viewer, cursor)?;
        Some(max_backlog.is_none_or(|max_backlog| events.nth(max_backlog).is_none()))
    }

    /// What the viewer may see after the cursor; `None` when memory does not reach back that far.
    pub(in crate::live) fn after(
        &self,
        cursor: &Cursor,
        viewer: &Viewer,
        max_backlog: Option<usize>,
    ) -> Option<Pull> {
        if !self.serves(cursor, viewer, max_backlog)? {
            return Some(Pull::Reset);
        }
        let events = self.events_for(viewer, cursor)?;
        let is_common = self.last_personal <= cursor.id;
        let end = if self.head > cursor.id { self.head() } else { cursor.clone() };
        Some(one_pull(events.cloned(), end, is_common))
    }

    /// What the viewer is told after the cursor, in id order.
    fn events_for(&self, viewer: &Viewer, cursor: &Cursor) -> Option<impl Iterator<Item = &Arc<Event>>> {
        if cursor.id < self.from {
            return None;
        }
        let events = self.index.after(cursor.id, viewer);
        Some(events.filter(move |event| event.variant_for(viewer, cursor.id).is_some()))
    }

    /// After a change of a post, the events that tell of it tell of it as it is now, and an earlier change is no news.
    fn supersede(&mut self, event: &Event) {
        let Some(published) = event.published().filter(|published| published.post.number != event.id) else {
            return;
        };
        let earlier = self.changes.insert(published.post.id, event.id);
        let turns = event.audience.turns().chain([published.post.number]);
        let earlier: BTreeSet<_> = turns.chain(earlier).filter(|id| *id < event.id).collect();
        for id in earlier {
            self.renew(id, published, event);
        }
    }

    /// Puts the post as it is by a later event into this one, if memory has it.
    fn renew(&mut self, id: i64, published: &Arc<Published>, later: &Event) {
        let Some(place) = self.place_of(id) else { return };
        let old = self.events[place].clone();
        let event = Arc::new(kinds::renewed(&old, published.clone(), later.audience.clone()));
        self.index.remove(&old);
        self.index.add(&event);
        self.bytes = self.bytes + event.size() - old.size();
        if !event.audience.is_common() {
            self.last_personal = self.last_personal.max(id);
        }
        self.events[place] = event;
    }

    /// Where the event of this id stands: ids are dense.
    fn place_of(&self, id: i64) -> Option<usize> {
        usize::try_from(id - self.from - 1).ok().filter(|place| *place < self.events.len())
    }

    fn forget_oldest(&mut self) {
        let Some(event) = self.events.pop_front() else { return };
        self.from = event.id;
        self.bytes -= event.size();
        self.index.remove(&event);
        if let Some(published) = event.published()
            && self.changes.get(&published.post.id) == Some(&event.id)
        {
            self.changes.remove(&published.post.id);
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
