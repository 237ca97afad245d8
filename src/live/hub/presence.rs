//! Who has a stream open, here and, as far as other nodes have said so, elsewhere.

use std::{
    collections::HashSet,
    sync::{MutexGuard, PoisonError},
};

use crate::{
    ids::{ListenerId, SessionKey, UserId},
    live::hub::Hub,
};

impl Hub {
    /// Whether the person has a stream open, here or on another node.
    pub fn is_live(&self, user: UserId) -> bool {
        self.is_listening_here(user.into()) || self.is_live_elsewhere(user)
    }

    /// Whether this listener has a stream open here.
    pub fn is_listening_here(&self, listener: ListenerId) -> bool {
        self.streams().by_listener.contains_key(&listener)
    }

    /// Whether the person has a stream open on another node.
    pub fn is_live_elsewhere(&self, user: UserId) -> bool {
        self.elsewhere().contains(&user)
    }

    /// Which sessions have a stream open on this node.
    pub fn sessions_here(&self) -> HashSet<SessionKey> {
        self.streams().all.iter().filter_map(|(_, entry)| entry.stream.session()).collect()
    }

    /// Which of the person's sessions do.
    pub fn sessions_of(&self, user: UserId) -> HashSet<SessionKey> {
        let streams = self.streams();
        streams
            .by_listener
            .get(&user.into())
            .into_iter()
            .flatten()
            .filter_map(|stream| stream.session())
            .collect()
    }

    /// How many people have a stream open, here or on another node.
    pub fn live_users(&self) -> usize {
        let (streams, elsewhere) = (self.streams(), self.elsewhere());
        let is_here = |user: UserId| streams.by_listener.contains_key(&user.into());
        let here = streams.by_listener.keys().filter(|listener| listener.user().is_some());
        here.count() + elsewhere.iter().filter(|user| !is_here(**user)).count()
    }

    /// Who has a stream open here.
    pub fn live_here(&self) -> Vec<UserId> {
        self.streams().by_listener.keys().filter_map(|listener| listener.user()).collect()
    }

    /// Who has one open on other nodes.
    pub fn set_live_elsewhere(&self, users: HashSet<UserId>) {
        *self.elsewhere() = users;
    }

    fn elsewhere(&self) -> MutexGuard<'_, HashSet<UserId>> {
        // It is only ever replaced as a whole.
        self.0.elsewhere.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
