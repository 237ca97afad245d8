//! Who may listen, as far as it is known without asking the tables: so that streams which all come back at
//! once do not wait for the database. Filled by streams that opened, emptied by the log, bounded. Only streams
//! are opened by it: pages and posts ask the tables.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    clock,
    ids::ListenerId,
    live::{event::LostRight, right::Right},
};

/// Beyond so many, all are forgotten, and asked for again.
const MAX_LISTENERS: usize = 50_000;

/// A right to listen that was good when it was looked up, and was not lost since.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Who listens.
    pub id: ListenerId,
    /// The right by which they listen.
    pub right: Right,
    /// When the right ends unless it is used, in Unix milliseconds.
    pub ends_ms: i64,
}

/// Remembers listeners by the SHA-256 of what they show (a session's id, a token's secret), in hexadecimal;
/// cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Listeners(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    listeners: HashMap<Box<str>, Listener>,
    /// Counts the rights that were lost.
    losses: u64,
}

/// How many rights had been lost at some moment.
#[derive(Clone, Copy, Debug)]
pub struct Losses(u64);

impl Listeners {
    /// Whose key this is, if that is known and their time is not over.
    pub fn find(&self, key: &str) -> Option<Listener> {
        let inner = self.inner();
        inner.listeners.get(key).filter(|listener| listener.ends_ms > clock::now_ms()).cloned()
    }

    /// To be asked before the tables are.
    pub fn losses(&self) -> Losses {
        Losses(self.inner().losses)
    }

    /// Remembers what the tables said, unless a right was lost since: it may be this one.
    pub fn remember(&self, key: &str, listener: Listener, since: Losses) {
        let mut inner = self.inner();
        if inner.losses != since.0 {
            return;
        }
        if inner.listeners.len() >= MAX_LISTENERS {
            inner.listeners.clear();
        }
        inner.listeners.insert(key.into(), listener);
    }

    /// Forgets whom a lost right concerns.
    pub fn forget(&self, lost: &LostRight) {
        let mut inner = self.inner();
        inner.losses += 1;
        inner.listeners.retain(|_, listener| !lost.concerns(listener.id, &listener.right));
    }

    /// Forgets everybody: on another timeline, rights may have been lost that its log does not tell of.
    pub fn forget_all(&self) {
        let mut inner = self.inner();
        inner.losses += 1;
        inner.listeners.clear();
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // A panic while it was held left a listener in or out: either is as good as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ids::{TokenId, UserId},
        live::sse::Farewell,
    };

    fn listener(user: i64, token: i64, ends_ms: i64) -> Listener {
        Listener { id: UserId(user).into(), right: Right::Token(TokenId(token)), ends_ms }
    }

    fn lost(user: i64, right: Option<Right>) -> LostRight {
        LostRight { whose: UserId(user).into(), right, farewell: Farewell::Revoked }
    }

    #[test]
    fn a_lost_right_is_forgotten_and_others_are_not() {
        let listeners = Listeners::default();
        for (key, user, token) in [("a", 1, 10), ("b", 1, 11), ("c", 2, 12)] {
            listeners.remember(key, listener(user, token, i64::MAX), listeners.losses());
        }

        listeners.forget(&lost(1, Some(Right::Token(TokenId(10)))));

        assert!(listeners.find("a").is_none());
        assert!(listeners.find("b").is_some());

        listeners.forget(&lost(1, None));

        assert!(listeners.find("b").is_none());
        assert!(listeners.find("c").is_some());
    }

    #[test]
    fn what_was_read_before_a_right_was_lost_is_not_remembered() {
        let listeners = Listeners::default();
        let before = listeners.losses();

        listeners.forget(&lost(1, None));
        listeners.remember("a", listener(1, 10, i64::MAX), before);

        assert!(listeners.find("a").is_none());
    }

    #[test]
    fn whose_time_is_over_is_not_found() {
        let listeners = Listeners::default();

        listeners.remember("a", listener(1, 10, clock::now_ms() - 1), listeners.losses());

        assert!(listeners.find("a").is_none());
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let listeners = Listeners::default();

        for key in 0..=MAX_LISTENERS {
            listeners.remember(&key.to_string(), listener(1, 10, i64::MAX), listeners.losses());
        }

        assert!(listeners.inner().listeners.len() <= MAX_LISTENERS);
    }
}
