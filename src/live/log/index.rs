//! Events in memory by who may see them, in id order, so that a pull costs what it returns.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry, vec_deque::Iter},
    hash::Hash,
    iter::Peekable,
    sync::Arc,
};

use crate::{
    ids::{GroupId, UserId},
    live::{audience::Viewer, event::Event},
};

/// Some events; each is in one of the three parts.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// What everybody is to look at.
    broadcasts: VecDeque<Arc<Event>>,
    personal: HashMap<UserId, VecDeque<Arc<Event>>>,
    by_group: HashMap<GroupId, VecDeque<Arc<Event>>>,
}

impl Index {
    /// Takes an event in, which is seldom an older one than those that it has.
    pub(super) fn add(&mut self, event: &Arc<Event>) {
        if event.audience.concerns_all() {
            return insert(&mut self.broadcasts, event);
        }
        for user in event.audience.named() {
            insert(self.personal.entry(user).or_default(), event);
        }
        for group in event.audience.groups() {
            insert(self.by_group.entry(group).or_default(), event);
        }
    }

    /// Forgets an event, which is mostly the oldest one.
    pub(super) fn remove(&mut self, event: &Event) {
        if event.audience.concerns_all() {
            return take_out(&mut self.broadcasts, event.id);
        }
        for user in event.audience.named() {
            forget(self.personal.entry(user), event.id);
        }
        for group in event.audience.groups() {
            forget(self.by_group.entry(group), event.id);
        }
    }

    /// The events after this one that may concern the viewer, in order and once each.
    pub(super) fn after(&self, id: i64, viewer: &Viewer) -> impl Iterator<Item = &Arc<Event>> {
        let personal = self.personal.get(&viewer.user);
        let by_group = viewer.memberships.iter().filter_map(|one| self.by_group.get(&one.group));
        let parts = [&self.broadcasts].into_iter().chain(personal).chain(by_group);
        InOrder(parts.map(|events| later_than(events, id).peekable()).collect())
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

/// Once: an event may name somebody twice.
fn insert(events: &mut VecDeque<Arc<Event>>, event: &Arc<Event>) {
    if events.back().is_none_or(|last| last.id < event.id) {
        return events.push_back(event.clone());
    }
    if let Err(place) = events.binary_search_by_key(&event.id, |other| other.id) {
        events.insert(place, event.clone());
    }
}

fn forget<K: Eq + Hash>(entry: Entry<'_, K, VecDeque<Arc<Event>>>, id: i64) {
    let Entry::Occupied(mut entry) = entry else { return };
    take_out(entry.get_mut(), id);
    if entry.get().is_empty() {
        entry.remove();
    }
}

fn take_out(events: &mut VecDeque<Arc<Event>>, id: i64) {
    if events.front().is_some_and(|oldest| oldest.id == id) {
        events.pop_front();
    } else if let Ok(place) = events.binary_search_by_key(&id, |event| event.id) {
        events.remove(place);
    }
}

fn later_than(events: &VecDeque<Arc<Event>>, id: i64) -> Iter<'_, Arc<Event>> {
    events.range(events.partition_point(|event| event.id <= id)..)
}
