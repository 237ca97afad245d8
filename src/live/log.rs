//! The log as the rest of the program reads it: from memory where that reaches, else from the table.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use sea_orm::DbErr;

use crate::{
    db::{self, Db},
    live::{
        Cursor, Viewers,
        audience::Viewer,
        event::{Content, Event},
        log::{loading::newest_part, tail::Tail},
        looks::Looks,
        viewers::Listening,
    },
};

pub use crate::live::log::tail::Pull;

mod index;
pub(super) mod kinds;
mod loading;
pub mod posts;
mod pulls;
mod related;
pub mod table;
mod tail;
pub mod tail_task;
mod timeline;
pub mod trimming;

/// The tail task reads so many events in one statement.
pub(super) const MAX_PAGE_EVENTS: u64 = 256;

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
    generation: AtomicU64,
    /// Counts what may make a roster another one, beside what its people did.
    roster_changes: AtomicU64,
    looks: Looks,
    /// Whether clients are given the short form of cursors.
    has_short_cursors: AtomicBool,
    viewers: Viewers,
}

impl Log {
    /// Opens the log and reads the newest part of it.
    pub async fn open(db: Db) -> Result<Self, DbErr> {
        if timeline::renew_if_moved(&db).await? {
            timeline::record_restore(&db).await?;
        }
        if table::head(&db.read).await?.0.is_none() {
            table::renew_epoch(&db.write, None).await?;
        }
        let tail = newest_part(&db).await?;
        let shared = Shared {
            tail: Mutex::new(tail),
            generation: AtomicU64::new(1),
            roster_changes: AtomicU64::new(0),
            looks: Looks::default(),
            has_short_cursors: AtomicBool::new(false),
            viewers: Viewers::default(),
        };
        Ok(Self { db, shared: Arc::new(shared) })
    }

    /// The newest event in memory.
    pub fn head(&self) -> Cursor {
        self.tail().head()
    }

    /// A cursor as clients are given it.
    pub fn in_client_form(&self, cursor: Cursor) -> Cursor {
        let is_short = self.shared.has_short_cursors.load(Ordering::Relaxed);
        Cursor { check: cursor.check.filter(|_| !is_short), ..cursor }
    }

    /// Gives clients the short form, or the long one again: as long as a node of an earlier build is at work beside this
    /// one, a client may take its cursor there, and that build would not know the long one.
    pub fn set_short_cursors(&self, is_short: bool) {
        self.shared.has_short_cursors.store(is_short, Ordering::Relaxed);
    }

    /// Goes up with every change of the log in memory; never 0. Read it before a pull: as long as it stays the
    /// same, another pull returns what that one left.
    pub fn generation(&self) -> u64 {
        self.shared.generation.load(Ordering::Acquire)
    }

    /// Goes up when a roster may have become another one, though nobody in it did anything: with every change of a post, of a
    /// group or of a right.
    pub fn roster_changes(&self) -> u64 {
        self.shared.roster_changes.load(Ordering::Acquire)
    }

    /// Has every roster that is watched looked at anew.
    pub fn note_roster_change(&self) {
        self.shared.roster_changes.fetch_add(1, Ordering::AcqRel);
    }

    /// The newest event there is: memory's, after a look at the table that began after this call. However many
    /// ask at once, they share a look.
    ///
    /// # Errors
    /// When the table could not be looked at.
    pub async fn fresh_head(&self) -> Result<Cursor, DbErr> {
        self.looks().next().await?;
        Ok(self.head())
    }

    /// What the viewer may see after the cursor, in id order: at most 32 KiB of it, or one event. A viewer
    /// with more than `max_backlog` to come, all of it in memory, gets `Reset`, and so does one whose cursor is of
    /// another timeline or older than the log.
    ///
    /// # Errors
    /// Of the database, when memory does not reach back that far.
    pub async fn after(
        &self,
        cursor: &Cursor,
        viewer: &Listening,
        max_backlog: Option<usize>,
    ) -> Result<Pull, DbErr> {
        if !viewer.is_read() {
            Box::pin(self.read_viewer(viewer)).await?;
        }
        // What memory does not have any more, the table had up to here.
        let head = match self.in_memory(viewer, |tail, viewer| tail.after(cursor, viewer, max_backlog)) {
            Ok(pull) => return Ok(pull),
            Err(head) => head,
        };
        // Boxed: every open stream has this future in it, and few ever need the table.
        Box::pin(self.after_in_table(cursor, viewer, head)).await
    }

    /// The same, if memory reaches back to the cursor.
    pub fn after_in_memory(
        &self,
        cursor: &Cursor,
        viewer: &Listening,
        max_backlog: Option<usize>,
    ) -> Option<Pull> {
        viewer.with(|viewer| self.tail().after(cursor, viewer, max_backlog)).flatten()
    }

    /// Whether a stream of this viewer can go on from the cursor: its event is the one that the log has, or had
    /// before it was trimmed; the log reaches back to it, on this timeline; and no more than `max_backlog` events for the
    /// viewer came after it. Asked once, when a stream opens; from then on `after` looks at memory alone for `max_backlog`.
    ///
    /// # Errors
    /// Of the database, when memory does not reach back that far.
    pub async fn serves(
        &self,
        cursor: &Cursor,
        viewer: &Listening,
        max_backlog: Option<usize>,
    ) -> Result<bool, DbErr> {
        let in_memory = self.in_memory(viewer, |tail, viewer| match tail.vouches_for(cursor)? {
            true => tail.serves(cursor, viewer, max_backlog),
            false => Some(false),
        });
        let head = match in_memory {
            Ok(serves) => return Ok(serves),
            Err(head) => head.id,
        };
        Box::pin(async {
            let viewer = self.as_of_now(viewer).await?;
            let _permit = self.db.stream_permit().await;
            let db = &self.db.read;
            if !db::with_timeout(table::vouches_for(db, cursor)).await? {
                return Ok(false);
            }
            if let Some(max_backlog) = max_backlog
                && db::with_timeout(table::has_more_for(db, &viewer, cursor.id, max_backlog as u64)).await?
            {
                return Ok(false);
            }
            Ok(db::with_timeout(table::oldest(db)).await?.unwrap_or(head + 1) <= cursor.id + 1)
        })
        .await
    }

    /// Reads somebody who listens, unless that was done: from then on the log's changes come to them.
    ///
    /// # Errors
    /// Of the database.
    pub async fn read_viewer(&self, viewer: &Listening) -> Result<(), DbErr> {
        if viewer.is_read() {
            return Ok(());
        }
        let _permit = self.db.stream_permit().await;
        db::with_timeout(self.viewers().read(&self.db.read, viewer)).await
    }

    /// Those who listen.
    pub fn viewers(&self) -> &Viewers {
        &self.shared.viewers
    }

    /// What memory says; if it does not reach back that far, or the viewer is not known, the newest event it had when it
    /// was asked.
    fn in_memory<T>(
        &self,
        viewer: &Listening,
        ask: impl FnOnce(&Tail, &Viewer) -> Option<T>,
    ) -> Result<T, Cursor> {
        let asked = viewer.with(|viewer| {
            let tail = self.tail();
            ask(&tail, viewer).ok_or_else(|| tail.head())
        });
        asked.unwrap_or_else(|| Err(self.head()))
    }

    /// The viewer with everything that the log had told when this was called.
    async fn as_of_now(&self, viewer: &Listening) -> Result<Viewer, DbErr> {
        loop {
            self.read_viewer(viewer).await?;
            // It may be forgotten in between, when another timeline begins.
            if let Some(viewer) = viewer.with(Viewer::clone) {
                return Ok(viewer);
            }
        }
    }

    /// The database that the log is in.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// The newest event in memory and its nonce, which is unknown until one was read.
    pub(super) fn newest(&self) -> (Cursor, Option<i64>) {
        let tail = self.tail();
        (tail.head(), tail.head_nonce())
    }

    /// Takes in the next events. Viewers are told first who is in which group: nobody is to see an event by a membership
    /// that was over before it.
    pub(super) fn push(&self, events: &[Arc<Event>]) {
        self.tell_memberships(events);
        self.change(|tail| events.iter().cloned().for_each(|event| tail.push(event)));
    }

    /// Reads the newest part anew, and everybody who listens when they are needed.
    ///
    /// # Errors
    /// Of the database; then memory stays as it is.
    pub(super) async fn start_over(&self) -> Result<(), DbErr> {
        self.viewers().forget_all();
        let tail = newest_part(&self.db).await?;
        // Who is read meanwhile may be read before the last of this.
        self.tell_memberships(tail.events());
        self.change(|old| *old = tail);
        Ok(())
    }

    /// Looks at the table, and who waits for one.
    pub(super) fn looks(&self) -> &Looks {
        &self.shared.looks
    }

    fn tell_memberships<'a>(&self, events: impl IntoIterator<Item = &'a Arc<Event>>) {
        for event in events {
            if let Content::Memberships(changes) = &event.content {
                self.viewers().apply(changes);
            }
        }
    }

    fn change(&self, change: impl FnOnce(&mut Tail)) {
        change(&mut self.tail());
        // After the change: who counts it sees it.
        self.shared.generation.fetch_add(1, Ordering::Release);
    }

    fn tail(&self) -> MutexGuard<'_, Tail> {
        // A panic while it was held left the tail as good as it was: every change is one push.
        self.shared.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
