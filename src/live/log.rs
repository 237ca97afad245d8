//! The log as the rest of the program reads it: from memory where that reaches, else from the table; and the
//! tail task, the only reader that moves committed events from the table into memory, in id order.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::DbErr;
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    Broker, Cursor, Hub, Known,
    event::{Event, What},
    origin,
    table::{self, Following},
    tail::{PULL_BYTES, Tail},
};
use crate::{
    db::{self, Db},
    users::UserId,
};

pub use super::tail::Pull;

/// A lost nudge, and what another process wrote, is noticed after so long.
const LOOK: Duration = Duration::from_secs(1);

/// How long a stream that opens waits for a look.
const PATIENCE: Duration = Duration::from_secs(5);

/// Events that are read in one go.
const PAGE: u64 = 256;

/// Rows of one pull from the table.
const PULL_ROWS: u64 = 64;

/// After a restart, readers come back to so much of the log in memory.
const WARM: i64 = 1000;

/// The log; cheap to clone.
#[derive(Clone, Debug)]
pub struct Log {
    db: Db,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    // A std mutex: held to look or to push, never over an await.
    tail: Mutex<Tail>,
    /// Counts what happens to the tail, so that a stream that has everything need not look.
    changes: AtomicU64,
    /// Somebody waits for a look.
    wanted: Notify,
    /// Looks that have begun, and the last one that has ended.
    begun: AtomicU64,
    looked: watch::Sender<Look>,
}

/// One look of the tail task.
#[derive(Clone, Copy, Debug, Default)]
struct Look {
    number: u64,
    was_good: bool,
}

impl Log {
    /// Opens the log and reads the newest part of it.
    pub async fn open(db: Db) -> Result<Self, DbErr> {
        origin::check(&db).await?;
        if table::head(&db.read).await?.0.is_none() {
            table::renew_epoch(&db.write, None).await?;
        }
        let tail = newest_part(&db).await?;
        let shared = Shared {
            tail: Mutex::new(tail),
            changes: AtomicU64::new(1),
            wanted: Notify::new(),
            begun: AtomicU64::new(0),
            looked: watch::Sender::default(),
        };
        Ok(Self { db, shared: Arc::new(shared) })
    }

    /// The newest event in memory.
    pub fn head(&self) -> Cursor {
        self.tail().head()
    }

    /// Goes up with every change of the log in memory; never 0. Read it before a pull: as long as it stays the
    /// same, another pull returns what that one left.
    pub fn changes(&self) -> u64 {
        self.shared.changes.load(Ordering::Acquire)
    }

    /// The newest event there is: memory's, after a look at the table that began after this call. However many
    /// ask at once, they share a look.
    ///
    /// # Errors
    /// When the table could not be looked at.
    pub async fn fresh_head(&self) -> Result<Cursor, DbErr> {
        let shared = &self.shared;
        let mut looked = shared.looked.subscribe();
        // Not the look that is under way: it may have read before what was committed just now.
        let next = shared.begun.load(Ordering::SeqCst) + 1;
        shared.wanted.notify_one();
        match timeout(PATIENCE, looked.wait_for(|last| last.number >= next)).await {
            Ok(Ok(last)) if last.was_good => {}
            _ => return Err(DbErr::Custom("the log cannot be read".into())),
        }
        Ok(self.head())
    }

    /// What the viewer may see after the cursor, in id order: at most 64 KiB of it, or one event. A viewer
    /// with more than `most` to come, all of it in memory, gets `Reset`, and so does one whose cursor is of
    /// another timeline or older than the log.
    ///
    /// # Errors
    /// Of the database, when memory does not reach back that far.
    pub async fn after(&self, cursor: &Cursor, viewer: UserId, most: Option<usize>) -> Result<Pull, DbErr> {
        // What memory does not have any more, the table had up to here.
        let head = match self.in_memory(|tail| tail.after(cursor, viewer, most)) {
            Ok(pull) => return Ok(pull),
            Err(head) => head,
        };
        // Boxed: every open stream has this future in it, and few ever need the table.
        Box::pin(self.after_in_table(cursor, viewer, head)).await
    }

    /// The same, if memory reaches back to the cursor.
    pub fn after_in_memory(&self, cursor: &Cursor, viewer: UserId, most: Option<usize>) -> Option<Pull> {
        self.tail().after(cursor, viewer, most)
    }

    /// Whether a stream of this viewer can go on from the cursor: the log reaches back to it, on this timeline,
    /// and no more than `most` events for the viewer came after it. Asked once, when a stream opens; from then on
    /// `after` looks at memory alone for `most`.
    ///
    /// # Errors
    /// Of the database, when memory does not reach back that far.
    pub async fn serves(&self, cursor: &Cursor, viewer: UserId, most: Option<usize>) -> Result<bool, DbErr> {
        let head = match self.in_memory(|tail| tail.serves(cursor, viewer, most)) {
            Ok(serves) => return Ok(serves),
            Err(head) => head,
        };
        Box::pin(async {
            let _seat = self.db.seat().await;
            let db = &self.db.read;
            if let Some(most) = most
                && db::patiently(table::has_more_for(db, viewer, cursor.id, most as u64)).await?
            {
                return Ok(false);
            }
            Ok(db::patiently(table::oldest(db)).await?.unwrap_or(head + 1) <= cursor.id + 1)
        })
        .await
    }

    /// What memory says; if it does not reach back that far, the newest event it had when it was asked.
    fn in_memory<T>(&self, ask: impl FnOnce(&Tail) -> Option<T>) -> Result<T, i64> {
        let tail = self.tail();
        ask(&tail).ok_or_else(|| tail.head().id)
    }

    /// The tail task: reads what was committed, tells the hub, and waits for a nudge, or a second.
    pub async fn follow_table(self, hub: Hub, known: Known, broker: Broker, stop: CancellationToken) {
        let mut away = false;
        while !stop.is_cancelled() {
            let number = self.shared.begun.fetch_add(1, Ordering::SeqCst) + 1;
            let looked = db::patiently(self.look(&hub, &known)).await;
            self.shared.looked.send_replace(Look { number, was_good: looked.is_ok() });
            if looked.is_ok() {
                broker.reached(self.head().id);
            }
            match looked {
                Ok(()) if away => {
                    away = false;
                    tracing::info!("The log is read again");
                }
                Ok(()) => {}
                Err(error) if away => tracing::debug!(%error, "The log cannot be read"),
                Err(error) => {
                    away = true;
                    tracing::warn!(%error, "The log cannot be read; open streams wait");
                }
            }
            tokio::select! {
                () = broker.nudged() => {}
                () = self.shared.wanted.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
                () = stop.cancelled() => {}
            }
        }
        tracing::debug!("The tail task has ended");
    }

    async fn after_in_table(&self, cursor: &Cursor, viewer: UserId, head: i64) -> Result<Pull, DbErr> {
        let _seat = self.db.seat().await;
        db::patiently(self.page_after(cursor, viewer, head)).await
    }

    async fn page_after(&self, cursor: &Cursor, viewer: UserId, head: i64) -> Result<Pull, DbErr> {
        let db = &self.db.read;
        let (events, through) = table::page_for(db, viewer, cursor.id, head, PULL_ROWS, PULL_BYTES).await?;
        // Looked at after the page was read: what was trimmed meanwhile was still in the page.
        let oldest = table::oldest(db).await?.unwrap_or(head + 1);
        if oldest > cursor.id + 1 {
            return Ok(Pull::Reset);
        }
        Ok(Pull::Events { events, through, is_all: through == head, is_common: false })
    }

    /// A database that was replaced behind our back, by a copy or by a replica that lost the log's end, is
    /// another timeline: cursors into ours must be reset, not served from it.
    async fn look(&self, hub: &Hub, known: &Known) -> Result<(), DbErr> {
        origin::check(&self.db).await?;
        let ours = self.head();
        let epoch = table::head(&self.db.read).await?.0;
        let is_ours = epoch.as_ref() == Some(&ours.epoch);
        if is_ours && self.read_on(hub, known).await? {
            return Ok(());
        }
        if is_ours {
            tracing::error!(event = ours.id, "The database lost the end of its log; streams are reset");
            // Unless another node did.
            table::renew_epoch(&self.db.write, Some(&ours.epoch)).await?;
        }
        let tail = newest_part(&self.db).await?;
        self.change(|old| *old = tail);
        known.forget_all();
        hub.tell_all();
        Ok(())
    }

    /// Takes what was committed into memory, and tells the hub at once, whatever becomes of the next page.
    /// Whether the log still has what memory has.
    async fn read_on(&self, hub: &Hub, known: &Known) -> Result<bool, DbErr> {
        loop {
            let (head, nonce) = {
                let tail = self.tail();
                (tail.head().id, tail.head_nonce())
            };
            let Following::Events(page) = table::page(&self.db.read, head, nonce, PAGE).await? else {
                return Ok(false);
            };
            let may_have_more = page.len() as u64 + 1 >= PAGE;
            let page: Vec<_> = page.into_iter().map(Arc::new).collect();
            // Before the events that follow can be seen.
            page.iter().for_each(|event| end_rights(event, hub, known));
            if !page.is_empty() {
                self.change(|tail| page.iter().cloned().for_each(|event| tail.push(event)));
                tell(&page, hub).await;
            }
            if !may_have_more {
                return Ok(true);
            }
        }
    }

    fn change(&self, change: impl FnOnce(&mut Tail)) {
        change(&mut self.tail());
        // After the change: who counts it sees it.
        self.shared.changes.fetch_add(1, Ordering::Release);
    }

    fn tail(&self) -> MutexGuard<'_, Tail> {
        // A panic while it was held left the tail as good as it was: every change is one push.
        self.shared.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends what a lost right allowed.
fn end_rights(event: &Event, hub: &Hub, known: &Known) {
    if let What::Rights(lost) = &event.what {
        // Forgotten first: a stream that is not in the hub yet asks once more when it is.
        known.forget(lost);
        hub.end(lost);
    }
}

/// Has the streams that these events concern told.
async fn tell(page: &[Arc<Event>], hub: &Hub) {
    let mut viewers = HashSet::new();
    for event in page {
        match &event.what {
            What::Post(post) if post.is_broadcast() => return hub.tell_all(),
            What::Post(post) => viewers.extend(post.viewers()),
            What::Rights(_) => {}
        }
    }
    hub.tell(viewers).await;
}

/// The end of the log as it is now, to begin with.
async fn newest_part(db: &Db) -> Result<Tail, DbErr> {
    let (epoch, last_id) = table::head(&db.read).await?;
    let mut tail = Tail::new(epoch.ok_or_else(no_epoch)?, (last_id - WARM).max(0));
    loop {
        let page = table::page(&db.read, tail.head().id, tail.head_nonce(), PAGE).await?;
        let Following::Events(page) = page else {
            return Err(DbErr::Custom("the log changed while it was read".into()));
        };
        let may_have_more = page.len() as u64 + 1 >= PAGE;
        page.into_iter().map(Arc::new).for_each(|event| tail.push(event));
        if !may_have_more {
            return Ok(tail);
        }
    }
}

fn no_epoch() -> DbErr {
    DbErr::Custom("the database has no epoch".into())
}
