//! Where one client is in the log, and the way to it: what is new goes from the one to the other without a wait.
//!
//! Thousands of these are idle at any time, so one is kept small: what all of a kind share stands in `Source`.

use std::{
    fmt, io,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use sea_orm::DbErr;

use crate::{
    ids::UserId,
    live::{
        Cursor, Log,
        event::{PostEvent, What},
        log::Pull,
        right::Right,
        sse::{self, Name},
        stream::{
            broadcast_cache::{Given, Spot},
            sink::Sink,
        },
    },
};

/// Writes a whole event, its id included; all streams of one source share what it returns.
pub type Encode = Box<dyn Fn(&Cursor, &PostEvent) -> Bytes + Send + Sync>;

/// When a right to listen ends unless it is used, in Unix milliseconds; `None` when it has ended.
pub type RightEnd = Box<dyn Fn(&Right) -> BoxFuture<'static, Result<Option<i64>, DbErr>> + Send + Sync>;

/// What all streams of one kind have in common.
pub struct Source {
    /// Where the events are.
    pub log: Log,
    /// Whether a right still stands.
    pub right_end: RightEnd,
    /// Names the program that made the pages.
    pub build: &'static str,
    /// A client with more events to come than this is told to start over.
    pub max_backlog: Option<usize>,
    /// How an event looks to this kind of client.
    pub encode: Encode,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("max_backlog", &self.max_backlog).finish_non_exhaustive()
    }
}

/// One client, as a reader of the log.
#[derive(Debug)]
pub(in crate::live) struct Reader {
    sink: Sink,
    source: Arc<Source>,
    /// The state of the log in which this client had everything.
    seen: u64,
    cursor: Cursor,
    /// The id the client has: pings say it when the cursor has moved on.
    told: i64,
    /// What the client has not taken yet.
    rest: Bytes,
}

/// Why a client cannot have everything at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live) enum Hold {
    /// It takes nothing more for now.
    Slow,
    /// Memory does not reach back to its cursor; the table may.
    Table,
    /// The log does not reach back to its cursor, or is of another timeline.
    Reset,
    /// It is gone.
    Gone,
}

impl Reader {
    /// A client at this cursor, to which `first` goes before anything else.
    pub(in crate::live) fn new(source: Arc<Source>, sink: Sink, cursor: Cursor, first: Bytes) -> Self {
        Self { sink, source, seen: 0, told: cursor.id, cursor, rest: first }
    }

    /// What this client has in common with others.
    pub(in crate::live) fn source(&self) -> &Source {
        &self.source
    }

    /// Sends everything there is for the viewer, as far as memory has it. Asked again, it goes on where it was.
    ///
    /// # Errors
    /// What there is to wait for, or to do about it.
    pub(in crate::live) fn advance(&mut self, viewer: UserId) -> Result<(), Hold> {
        loop {
            self.flush()?;
            if !self.pull(viewer)? {
                return Ok(());
            }
        }
    }

    /// Lets what memory has go out together with what is still to be sent; the table is not waited for.
    pub(in crate::live) fn join_missed(&mut self, viewer: UserId) {
        let first = std::mem::take(&mut self.rest);
        // What holds it up is found again when it is to advance.
        let _ = self.pull(viewer);
        let missed = std::mem::take(&mut self.rest);
        self.rest = if missed.is_empty() { first } else { [first, missed].concat().into() };
    }

    /// Sends what the client has not taken yet, and lets go of what was sent: even an empty rest would keep all
    /// that it was a part of.
    ///
    /// # Errors
    /// `Slow` or `Gone`.
    pub(in crate::live) fn flush(&mut self) -> Result<(), Hold> {
        if self.rest.is_empty() {
            return Ok(());
        }
        match self.sink.write(&mut self.rest) {
            Ok(()) => {
                self.rest = Bytes::new();
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(Hold::Slow),
            Err(_) => Err(Hold::Gone),
        }
    }

    /// How many bytes the client has not taken yet.
    pub(in crate::live) fn unsent(&self) -> usize {
        self.rest.len()
    }

    /// Puts the next events into `rest`, which is empty; whether there may be some.
    fn pull(&mut self, viewer: UserId) -> Result<bool, Hold> {
        let changes = self.source.log.changes();
        if changes == self.seen {
            return Ok(false);
        }
        if let Some(given) = Given::find(&self.source, &self.cursor, changes) {
            self.take_given(given, changes);
            return Ok(true);
        }
        let Source { log, max_backlog, .. } = &*self.source;
        let pull = log.after_in_memory(&self.cursor, viewer, *max_backlog).ok_or(Hold::Table)?;
        self.take(pull, changes)?;
        Ok(true)
    }

    /// The same, from the table.
    ///
    /// # Errors
    /// Of the database; inside, `Reset`.
    pub(in crate::live) async fn pull_from_table(
        &mut self,
        viewer: UserId,
    ) -> Result<Result<(), Hold>, DbErr> {
        let changes = self.source.log.changes();
        let Source { log, max_backlog, .. } = &*self.source;
        let pull = log.after(&self.cursor, viewer, *max_backlog).await?;
        Ok(self.take(pull, changes))
    }

    /// Begins anew at the head. On another timeline the loss of a right may have no event: the right is to be
    /// read again.
    pub(in crate::live) fn reset(&mut self) {
        self.cursor.move_to(self.source.log.head());
        self.told = self.cursor.id;
        self.seen = 0;
        self.rest = reset(&self.cursor);
    }

    /// Says that the stream is alive, and how far the log was looked at.
    ///
    /// # Errors
    /// As for `flush`.
    pub(in crate::live) fn ping(&mut self) -> Result<(), Hold> {
        let id = (self.cursor.id > self.told).then_some(&self.cursor);
        self.told = self.cursor.id;
        self.rest = sse::event(Name::Ping, id, &serde_json::json!({}));
        self.flush()
    }

    /// Sends last words; as much of them as is taken at once.
    pub(in crate::live) fn part(mut self, words: Bytes) {
        if self.flush().is_ok() {
            self.rest = words;
            let _ = self.flush();
        }
    }

    /// Tells the system that a slow client is waited for here.
    pub(in crate::live) fn extend_timeout(&self) {
        self.sink.extend_timeout();
    }

    /// Ready when more may be taken.
    pub(in crate::live) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.sink.poll_write_ready(cx)
    }

    /// Ready when the client is gone.
    pub(in crate::live) fn poll_hung_up(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.sink.poll_hung_up(cx)
    }

    /// Moves the cursor over what was pulled while the log's count of changes was `changes`.
    fn take(&mut self, pull: Pull, changes: u64) -> Result<(), Hold> {
        let Pull::Events { events, through, is_all, is_common } = pull else { return Err(Hold::Reset) };
        let spot = (is_all && is_common).then(|| Spot::new(&self.source, &self.cursor, changes));
        let mut frames = Vec::with_capacity(events.len());
        for event in &events {
            if let What::Post(post) = &event.what {
                self.cursor.move_to(event.cursor(through.epoch));
                self.told = event.id;
                frames.push((self.source.encode)(&self.cursor, post));
            }
        }
        self.cursor.move_to(through);
        if is_all {
            self.seen = changes;
        }
        self.rest = in_one(frames);
        if let Some(spot) = spot {
            Given { frames: self.rest.clone(), told: self.told, through: self.cursor.clone() }.keep(spot);
        }
        Ok(())
    }

    fn take_given(&mut self, given: Given, changes: u64) {
        self.seen = changes;
        self.cursor = given.through;
        if !given.frames.is_empty() {
            self.told = given.told;
        }
        self.rest = given.frames;
    }
}

/// The client's list is to be made anew.
pub(in crate::live) fn reset(head: &Cursor) -> Bytes {
    sse::event(Name::Reset, Some(head), &serde_json::json!({ "head": head.to_string() }))
}

fn in_one(frames: Vec<Bytes>) -> Bytes {
    match <[Bytes; 1]>::try_from(frames) {
        // Not copied: every stream sends the same bytes.
        Ok([one]) => one,
        Err(frames) if frames.is_empty() => Bytes::new(),
        Err(frames) => frames.concat().into(),
    }
}
