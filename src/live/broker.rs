//! "The log has grown": from whoever wrote to the log to the tail task, on this node and, through Redis, on the
//! others. A nudge carries no event, and a lost one costs latency, never a post: every tail task also looks by
//! itself, within a second of a commit.
//!
//! State has nudges of its own: cards change far more often than the log grows.
//!
//! What else nodes have in common for minutes, and may lose, are countdowns.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{config::ServerUrl, live::broker::redis::Redis};

mod redis;

/// How the tail task hears of news; cheap to clone.
#[derive(Clone, Debug)]
pub enum Broker {
    /// A wake-up in memory. Enough for one node; several without Redis hear of each other by looking.
    Local(Arc<WakeUps>),
    /// Also between nodes.
    Redis(Arc<Redis>),
}

/// Who is woken in this process.
#[derive(Debug, Default)]
pub struct WakeUps {
    log: Notify,
    state: Notify,
}

impl Broker {
    /// Through Redis if there is one. Does not connect yet.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn new(redis: Option<&ServerUrl>) -> Result<Self, String> {
        Ok(match redis {
            None => Self::Local(Arc::default()),
            Some(url) => Self::Redis(Arc::new(Redis::new(url)?)),
        })
    }

    /// The log has grown: called after the commit, never before. Returns at once.
    pub fn nudge(&self) {
        self.wake_ups().log.notify_one();
    }

    /// Waits for a nudge; one that came since the last call counts.
    pub async fn nudged(&self) {
        self.wake_ups().log.notified().await;
    }

    /// State has changed: called after the commit, never before. Returns at once.
    pub fn nudge_state(&self) {
        self.wake_ups().state.notify_one();
    }

    /// Waits for a nudge of the state.
    pub async fn state_nudged(&self) {
        self.wake_ups().state.notified().await;
    }

    /// The state task has read up to this rev: others may not have heard of it. Returns at once.
    pub fn state_reached(&self, rev: i64) {
        if let Self::Redis(redis) = self {
            redis.state_reached(rev);
        }
    }

    /// The tail task has read up to this event: others may not have heard of it. Returns at once.
    pub fn reached(&self, id: i64) {
        if let Self::Redis(redis) = self {
            redis.reached(id);
        }
    }

    /// How long the countdown of this name still runs, for all nodes together; `None` without Redis, or when it
    /// does not answer at once.
    pub async fn countdown(&self, name: &str) -> Option<Duration> {
        match self {
            Self::Local(_) => None,
            Self::Redis(redis) => redis.countdown(name).await,
        }
    }

    /// Lets the countdown of this name run longer, up to `longest` from now; how long it would have run. `None`
    /// as above.
    pub async fn prolong(&self, name: &str, by: Duration, longest: Duration) -> Option<Duration> {
        match self {
            Self::Local(_) => None,
            Self::Redis(redis) => redis.prolong(name, by, longest).await,
        }
    }

    /// Carries nudges between nodes until `stop`.
    pub async fn carry(self, stop: CancellationToken) {
        if let Self::Redis(redis) = self {
            stop.run_until_cancelled(redis.carry()).await;
            tracing::debug!("The broker has ended");
        }
    }

    fn wake_ups(&self) -> &WakeUps {
        match self {
            Self::Local(wake_ups) => wake_ups,
            Self::Redis(redis) => redis.wake_ups(),
        }
    }
}
