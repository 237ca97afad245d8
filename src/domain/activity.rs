//! Who was here when: written at most once a minute for each session or token, beside the request and never in its way.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::DbErr;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::{
    config::Lifetime,
    db::Db,
    domain::{sessions, tokens, users, walls},
    ids::ListenerId,
    live::right::Right,
};

/// A right that is used all the time is written once in so long.
const WRITE_INTERVAL: Duration = Duration::from_secs(60);

/// Rights that are remembered as written; beyond it, all are forgotten, and written again.
const MAX_REMEMBERED: usize = 10_000;

/// Writes that may wait for the database; beyond it, they are left out.
const MAX_WAITING: usize = 16;

/// Writes who was here; cheap to clone.
#[derive(Clone, Debug)]
pub struct Activity {
    db: Db,
    written: Arc<Mutex<HashMap<Right, Instant>>>,
    waiting: Arc<Semaphore>,
    tasks: TaskTracker,
    lifetime: Lifetime,
}

impl Activity {
    /// Nobody was here yet; what is being written is among `tasks`.
    pub fn new(db: Db, tasks: TaskTracker, lifetime: Lifetime) -> Self {
        Self { db, written: Arc::default(), waiting: Arc::new(Semaphore::new(MAX_WAITING)), tasks, lifetime }
    }

    /// The right was used now, from there. Returns at once; when it cannot be written, the page is none the worse.
    pub fn touch(&self, who: impl Into<ListenerId>, right: &Right, from: IpAddr) {
        if !self.is_due(right) {
            return;
        }
        let Ok(permit) = self.waiting.clone().try_acquire_owned() else { return };
        let (db, who, right, lifetime) = (self.db.clone(), who.into(), right.clone(), self.lifetime);
        self.tasks.spawn(async move {
            let _permit = permit;
            if let Err(error) = write(&db, who, &right, from, lifetime).await {
                tracing::warn!(%error, %who, "It could not be noted that somebody was here");
            }
        });
    }

    /// More often where sessions end sooner, or one could end that is in use.
    fn write_interval(&self) -> Duration {
        WRITE_INTERVAL.min(self.lifetime.idle / 4)
    }

    fn is_due(&self, right: &Right) -> bool {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if written.get(right).is_some_and(|at| now - *at < self.write_interval()) {
            return false;
        }
        if written.len() >= MAX_REMEMBERED {
            written.clear();
        }
        written.insert(right.clone(), now);
        true
    }
}

async fn write(
    db: &Db,
    who: ListenerId,
    right: &Right,
    from: IpAddr,
    lifetime: Lifetime,
) -> Result<(), DbErr> {
    match right {
        Right::Session(key) => {
            sessions::touch(&db.write, key, from, lifetime).await?;
            match who {
                ListenerId::User(user) => users::seen(&db.write, user).await,
                ListenerId::Wall(_) => Ok(()),
            }
        }
        // That a program is there does not say that its owner is.
        Right::Token(id) => tokens::used(&db.write, *id).await,
        Right::Wall(id) => walls::seen(&db.write, *id).await,
    }
}
