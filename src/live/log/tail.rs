//! The newest part of the log, in memory: bounded by count and bytes, and indexed by who may see what, so
//! that a pull costs what it returns.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry, vec_deque::Iter},
    iter::Peekable,
    sync::Arc,
};

use crate::{
    ids::{GroupId, UserId},
    live::{
        audience::Viewer,
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
    /// What everybody is to look at. Only what is not among these is in one of the next two.
    broadcasts: VecDeque<Arc<Event>>,
    personal: HashMap<UserId, VecDeque<Arc<Event>>>,
    by_group: HashMap<GroupId, VecDeque<Arc<Event>>>,
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
            by_group: HashMap::new(),
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
        if event.audience.concerns_all() {
            self.broadcasts.push_back(event.clone());
        } else {
            for user in event.audience.named() {
                push_once(self.personal.entry(user).or_default(), &event);
            }
            for group in event.audience.groups() {
                push_once(self.by_group.entry(group).or_default(), &event);
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
        let personal = self.personal.get(&viewer.user);
        let by_group = viewer.memberships.iter().filter_map(|one| self.by_group.get(&one.group));
        let parts = [&self.broadcasts].into_iter().chain(personal).chain(by_group);
        let parts = parts.map(|events| later_than(events, cursor.id).peekable()).collect();
        Some(InOrder(parts).filter(|event| event.variant_for(viewer).is_some()))
    }

    fn forget_oldest(&mut self) {
        let Some(event) = self.events.pop_front() else { return };
        self.from = event.id;
        self.bytes -= event.size();
        if event.audience.concerns_all() {
            self.broadcasts.pop_front();
            return;
        }
        for user in event.audience.named() {
            forget(self.personal.entry(user), event.id);
        }
        for group in event.audience.groups() {
            forget(self.by_group.entry(group), event.id);
        }
    }
}

/// Events that are in order in each of these parts, in order and once each.
struct InOrder<'a>(Vec<Peekable<Iter<'a, Arc<Event>>>>);

impl<'a> Iterator for InOrder<'a> {
    type Item = &'a Arc<Event>;

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.iter_mut().filter_map(|part| part.peek().map(|event| event.id)).min()?;
        let these = self.0.iter_mut().filter_map(|part| part.next_if(|event| event.id == first));
        these.last()
    }
}

/// An event may name somebody twice.
fn push_once(events: &mut VecDeque<Arc<Event>>, event: &Arc<Event>) {
    if events.back().is_none_or(|last| last.id != event.id) {
        events.push_back(event.clone());
    }
}

/// The event is the oldest there, if it is there.
fn forget<K>(entry: Entry<'_, K, VecDeque<Arc<Event>>>, id: i64) {
    let Entry::Occupied(mut entry) = entry else { return };
    if entry.get().front().is_some_and(|event| event.id == id) {
        entry.get_mut().pop_front();
    }
    if entry.get().is_empty() {
        entry.remove();
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
