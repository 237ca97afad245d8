//! Those who listen, as the rule of who may see what sees them, in memory: each is read once, when their first stream
//! opens, and from then on the tail task keeps them as the log says. Bounded.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicBool, AtomicU64,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
};

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    ids::{GroupId, ListenerId, UserId},
    live::audience::{Membership, Viewer},
};

/// Beyond so many, or twice as many as had streams then, those who have no stream open are forgotten, and read again.
const MAX_VIEWERS: usize = 50_000;

/// That somebody joined or left a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MembershipChange {
    /// The group that they joined or left.
    pub group: GroupId,
    /// Who; a wall only leaves, when a group of its link is removed.
    pub listener: ListenerId,
    /// The event that says so.
    pub number: i64,
    /// Whether they joined.
    pub has_joined: bool,
}

/// Those who listen; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Viewers(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    by_id: HashMap<ListenerId, Arc<Listening>>,
    /// Who was ever in a group, of those who were read.
    by_group: HashMap<GroupId, HashSet<ListenerId>>,
    /// How many there were after the last forgetting.
    kept: usize,
}

/// Somebody who listens, shared by all of their streams.
#[derive(Debug)]
pub struct Listening {
    id: ListenerId,
    /// Whether they get the same broadcasts as everybody of the organisation. Not, as long as that is not known.
    shares_broadcasts: AtomicBool,
    /// Counts what happens to them.
    version: AtomicU64,
    /// Counts what happens to their receipts.
    receipts_version: AtomicU64,
    // A std mutex: held to look or to change, never over an await.
    state: Mutex<ViewerState>,
}

#[derive(Debug)]
enum ViewerState {
    /// Not read yet, and what the log told meanwhile: the reading may have been before it.
    Unread(Vec<MembershipChange>),
    Read(Viewer),
}

impl Viewers {
    /// This listener, read or not. As long as it is held, the log's changes come to it.
    pub fn of(&self, id: ListenerId) -> Arc<Listening> {
        let mut inner = self.inner();
        if inner.by_id.len() >= MAX_VIEWERS.max(2 * inner.kept) {
            inner.forget_idle();
        }
        inner.by_id.entry(id).or_insert_with(|| Arc::new(Listening::new(id))).clone()
    }

    /// Whether this is still what the log's changes come to: not, once the listener was forgotten.
    pub fn knows(&self, listening: &Arc<Listening>) -> bool {
        self.inner().by_id.get(&listening.id).is_some_and(|known| Arc::ptr_eq(known, listening))
    }

    /// Reads this listener, unless that was done. Fails as the database does.
    pub async fn read(&self, db: &impl ConnectionTrait, listening: &Listening) -> Result<(), DbErr> {
        if listening.is_read() {
            return Ok(());
        }
        let viewer = Viewer::load_listener(db, listening.id).await?;
        let groups: Vec<_> = viewer.memberships.iter().map(|one| one.group).collect();
        // In this order: whoever is told of later finds them by the group.
        let mut inner = self.inner();
        for group in groups {
            inner.by_group.entry(group).or_default().insert(listening.id);
        }
        drop(inner);
        listening.accept(viewer);
        Ok(())
    }

    /// Who of those who were read was ever in one of these groups.
    pub fn ever_in(&self, groups: impl IntoIterator<Item = GroupId>) -> HashSet<ListenerId> {
        let inner = self.inner();
        groups.into_iter().filter_map(|group| inner.by_group.get(&group)).flatten().copied().collect()
    }

    /// Takes in what the log tells.
    pub fn apply(&self, changes: &[MembershipChange]) {
        let mut inner = self.inner();
        for change in changes {
            let Some(listening) = inner.by_id.get(&change.listener).cloned() else { continue };
            inner.by_group.entry(change.group).or_default().insert(change.listener);
            listening.apply(*change);
        }
    }

    /// Notes that receipts of these people changed; those of them who listen.
    pub fn note_receipts(&self, people: &[UserId]) -> HashSet<ListenerId> {
        let inner = self.inner();
        let listening = people.iter().filter_map(|user| {
            let listening = inner.by_id.get(&ListenerId::User(*user))?;
            listening.receipts_version.fetch_add(1, Release);
            Some(listening.id)
        });
        listening.collect()
    }

    /// Forgets this listener, whose streams end.
    pub fn forget(&self, id: ListenerId) {
        let mut inner = self.inner();
        inner.by_id.remove(&id);
    }

    /// Everybody is to be read again: another timeline has other memberships.
    pub fn forget_all(&self) {
        let mut inner = self.inner();
        inner.by_group.clear();
        inner.forget_idle();
        inner.by_id.values().for_each(|listening| listening.forget());
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic while it was held left a listener in or out: either is as good as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Those who have no stream open.
    fn forget_idle(&mut self) {
        self.by_id.retain(|_, listening| Arc::strong_count(listening) > 1);
        self.kept = self.by_id.len();
        let Self { by_id, by_group, .. } = self;
        by_group.retain(|_, listeners| {
            listeners.retain(|id| by_id.contains_key(id));
            !listeners.is_empty()
        });
    }
}

impl Listening {
    fn new(id: ListenerId) -> Self {
        Self {
            id,
            shares_broadcasts: AtomicBool::new(false),
            version: AtomicU64::new(0),
            receipts_version: AtomicU64::new(0),
            state: Mutex::new(ViewerState::Unread(Vec::new())),
        }
    }

    /// Who it is.
    pub fn id(&self) -> ListenerId {
        self.id
    }

    /// Whether they get the same broadcasts as everybody of the organisation.
    pub fn shares_broadcasts(&self) -> bool {
        self.shares_broadcasts.load(Relaxed)
    }

    /// Goes up when they join or leave a group, and when they are read anew: they may see other boards then.
    pub fn version(&self) -> u64 {
        self.version.load(Acquire)
    }

    /// Goes up when their receipts change.
    pub fn receipts_version(&self) -> u64 {
        self.receipts_version.load(Acquire)
    }

    /// Whether it is known what may be for them.
    pub fn is_read(&self) -> bool {
        matches!(*self.state(), ViewerState::Read(_))
    }

    /// Asks something of them as they are now; `None` when that is not known.
    pub fn with<T>(&self, ask: impl FnOnce(&Viewer) -> T) -> Option<T> {
        match &*self.state() {
            ViewerState::Read(viewer) => Some(ask(viewer)),
            ViewerState::Unread(_) => None,
        }
    }

    /// Takes in what was read, with what the log told meanwhile.
    pub(in crate::live) fn accept(&self, mut viewer: Viewer) {
        let mut state = self.state();
        if let ViewerState::Unread(changes) = &*state {
            changes.iter().for_each(|change| viewer.apply(*change));
            self.shares_broadcasts.store(viewer.shares_broadcasts(), Relaxed);
            *state = ViewerState::Read(viewer);
            self.version.fetch_add(1, Release);
        }
    }

    fn apply(&self, change: MembershipChange) {
        match &mut *self.state() {
            ViewerState::Unread(changes) => changes.push(change),
            ViewerState::Read(viewer) => {
                viewer.apply(change);
                self.version.fetch_add(1, Release);
            }
        }
    }

    fn forget(&self) {
        self.shares_broadcasts.store(false, Relaxed);
        *self.state() = ViewerState::Unread(Vec::new());
        self.version.fetch_add(1, Release);
    }

    fn state(&self) -> MutexGuard<'_, ViewerState> {
        // A panic while it was held left it as it was before or after a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Viewer {
    /// Takes in a change, which may be known already.
    fn apply(&mut self, change: MembershipChange) {
        let MembershipChange { group, number, has_joined, .. } = change;
        if has_joined {
            if !self.memberships.iter().any(|one| one.group == group && one.from == number) {
                let joined = Membership { group, from: number, to: None };
                self.memberships = self.memberships.iter().copied().chain([joined]).collect();
            }
        } else {
            let left = |one: &&mut Membership| one.group == group && one.to.is_none() && one.from < number;
            if let Some(one) = self.memberships.iter_mut().find(left) {
                one.to = Some(number);
            }
        }
    }
}

#[cfg(test)]
mod tests;
