//! Where one client is in the log, and the way to it: what is new goes from the one to the other without a wait.
//!
//! Thousands of these are idle at any time, so each is kept small: what all of a kind have in common stands in `Source`.

use std::{
    io,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use sea_orm::DbErr;

use crate::live::{
    Cursor, Event,
    event::Content,
    log::{Pull, kinds},
    sse,
    state::watch::Watching,
    stream::{
        broadcast_cache::{self, Broadcast},
        sink::Sink,
        source::Source,
    },
    viewers::Listening,
};

mod state;

/// One client, as a reader of the log.
#[derive(Debug)]
pub(in crate::live) struct Reader {
    sink: Sink,
    source: Arc<Source>,
    /// The generation of the log in memory of which this client has everything.
    generation: u64,
    cursor: Cursor,
    /// What comes after this event was not yet told to have been passed.
    passed: i64,
    /// Whether what is the same for everybody of the organisation is so for this client.
    shares_broadcasts: bool,
    /// The last id that the client was sent; a ping sends the cursor's when that has moved on.
    last_sent_id: i64,
    /// What the client has not taken yet.
    unsent: Bytes,
    /// The boards that it watches, if it does.
    watching: Option<Box<Watching>>,
    /// The rev up to which it was told of receipts, and the version of its viewer then; none before it was.
    receipts_told: Option<(i64, u64)>,
}

/// Why a client cannot have everything at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live) enum Blocked {
    /// It takes nothing more for now.
    SlowClient,
    /// Memory does not reach back to its cursor; the table may.
    NeedsTable,
    /// The log does not reach back to its cursor, or is of another timeline.
    NeedsReset,
    /// Receipts are to be read.
    NeedsReceipts,
    /// Rosters are to be read.
    NeedsRosters,
    /// The client is gone.
    ClientGone,
}

impl Reader {
    /// A client at this cursor, to which `first` goes before anything else.
    pub(in crate::live) fn new(source: Arc<Source>, sink: Sink, cursor: Cursor, first: Bytes) -> Self {
        Self {
            sink,
            source,
            generation: 0,
            shares_broadcasts: false,
            last_sent_id: cursor.id,
            passed: cursor.id,
            cursor,
            unsent: first,
            watching: None,
            receipts_told: None,
        }
    }

    /// The same client, which watches boards.
    pub(in crate::live) fn watching(self, watching: Option<Box<Watching>>) -> Self {
        Self { watching, ..self }
    }

    /// What this client has in common with others.
    pub(in crate::live) fn source(&self) -> &Source {
        &self.source
    }

    /// Sends everything there is for the viewer, as far as memory has it. Asked again, it goes on where it was.
    ///
    /// # Errors
    /// What there is to wait for, or to do about it.
    pub(in crate::live) fn advance(&mut self, viewer: &Listening) -> Result<(), Blocked> {
        loop {
            self.flush()?;
            if self.pull(viewer)? {
                continue;
            }
            if self.has_receipts(viewer) {
                return Err(Blocked::NeedsReceipts);
            }
            if self.pull_cards(viewer)? {
                continue;
            }
            if self.has_rosters() {
                return Err(Blocked::NeedsRosters);
            }
            return Ok(());
        }
    }

    /// Lets what memory has go out together with what is still to be sent; the table is not waited for.
    pub(in crate::live) fn join_backlog(&mut self, viewer: &Listening) {
        let first = std::mem::take(&mut self.unsent);
        // What holds it up is found again when it is to advance.
        let _ = self.pull(viewer);
        let backlog = std::mem::take(&mut self.unsent);
        self.unsent = if backlog.is_empty() { first } else { [first, backlog].concat().into() };
    }

    /// Sends what the client has not taken yet, and lets go of what was sent: even an empty rest would keep all
    /// that it was a part of.
    ///
    /// # Errors
    /// `SlowClient` or `ClientGone`.
    pub(in crate::live) fn flush(&mut self) -> Result<(), Blocked> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        self.sink.write(&mut self.unsent).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => Blocked::SlowClient,
            _ => Blocked::ClientGone,
        })?;
        self.unsent = Bytes::new();
        Ok(())
    }

    /// Which part of the log the client has taken since this was last asked: after one event, and through another.
    pub(in crate::live) fn take_passed(&mut self) -> Option<(i64, i64)> {
        let part = (self.passed, self.cursor.id);
        if !self.unsent.is_empty() || part.0 >= part.1 {
            return None;
        }
        self.passed = part.1;
        Some(part)
    }

    /// How many bytes the client has not taken yet.
    pub(in crate::live) fn unsent_len(&self) -> usize {
        self.unsent.len()
    }

    /// Puts the next events into `unsent`, which is empty. Whether there may be some.
    fn pull(&mut self, viewer: &Listening) -> Result<bool, Blocked> {
        let generation = self.source.log.generation();
        if generation == self.generation {
            return Ok(false);
        }
        if self.shares_broadcasts
            && let Some(broadcast) = broadcast_cache::find(&self.source, &self.cursor, generation)
        {
            self.accept_broadcast(broadcast, generation);
            return Ok(true);
        }
        let Source { log, max_backlog, .. } = &*self.source;
        let pull = log.after_in_memory(&self.cursor, viewer, *max_backlog).ok_or(Blocked::NeedsTable)?;
        self.shares_broadcasts = viewer.shares_broadcasts();
        self.accept(pull, viewer, generation)?;
        Ok(true)
    }

    /// The same, from the table.
    ///
    /// # Errors
    /// Of the database; inside, `NeedsReset`.
    pub(in crate::live) async fn pull_from_table(
        &mut self,
        viewer: &Listening,
    ) -> Result<Result<(), Blocked>, DbErr> {
        let generation = self.source.log.generation();
        let Source { log, max_backlog, .. } = &*self.source;
        let pull = log.after(&self.cursor, viewer, *max_backlog).await?;
        self.shares_broadcasts = viewer.shares_broadcasts();
        Ok(self.accept(pull, viewer, generation))
    }

    /// Begins anew at the head. On another timeline the loss of a right may have no event: the right is to be
    /// read again.
    pub(in crate::live) fn reset(&mut self) {
        self.cursor.move_to(self.source.log.head());
        (self.last_sent_id, self.passed) = (self.cursor.id, self.cursor.id);
        self.generation = 0;
        self.shares_broadcasts = false;
        self.receipts_told = None;
        self.unsent = sse::reset(&self.cursor);
    }

    /// Says that the stream is alive, and how far the log was looked at.
    ///
    /// # Errors
    /// As for `flush`.
    pub(in crate::live) fn ping(&mut self) -> Result<(), Blocked> {
        let id = (self.cursor.id > self.last_sent_id).then_some(&self.cursor);
        self.last_sent_id = self.cursor.id;
        self.unsent = sse::ping(id);
        self.flush()
    }

    /// Sends a last frame, as much of it as the client takes at once.
    pub(in crate::live) fn finish(self, last_frame: Bytes) {
        self.sink.finish(self.unsent, last_frame);
    }

    /// Whether a last frame may follow at once, though the client is slow.
    pub(in crate::live) fn can_finish(&self) -> bool {
        self.sink.is_between_frames()
    }

    /// Has the system wait longer for a client that is slow.
    pub(in crate::live) fn extend_timeout(&self) {
        self.sink.extend_timeout();
    }

    /// Ready when more may be taken.
    pub(in crate::live) fn poll_write_ready(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.sink.poll_write_ready(cx)
    }

    /// Ready when the client is gone.
    pub(in crate::live) fn poll_hung_up(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.sink.poll_hung_up(cx)
    }

    /// Moves the cursor over what was pulled from this generation of the log.
    fn accept(&mut self, pull: Pull, viewer: &Listening, generation: u64) -> Result<(), Blocked> {
        let Pull::Events { events, through, is_all, is_common } = pull else {
            return Err(Blocked::NeedsReset);
        };
        let key = (is_all && is_common && self.shares_broadcasts)
            .then(|| broadcast_cache::Key::new(&self.source, &self.cursor, generation));
        let since = self.cursor.id;
        let mut frames = Vec::with_capacity(events.len());
        for (index, event) in events.iter().enumerate() {
            let told = viewer.with(|viewer| event.variant_for(viewer, since)).flatten();
            let Some(variant) = told else { continue };
            // One reset does for several in a row.
            if is_unknown(event) && events.get(index + 1).is_some_and(|next| is_unknown(next)) {
                continue;
            }
            self.cursor.move_to(event.cursor(through.epoch));
            let frame = variant.frame(self.source.format, &self.cursor, || {
                kinds::encode(&event.content, variant.change, &self.cursor, &self.source.encode)
            });
            // A format may have nothing to say of it.
            if !frame.is_empty() {
                self.last_sent_id = event.id;
                frames.push(frame);
            }
        }
        self.cursor.move_to(through);
        if is_all {
            self.generation = generation;
        }
        self.unsent = joined(frames);
        if let Some(key) = key {
            let (frames, through) = (self.unsent.clone(), self.cursor.clone());
            broadcast_cache::keep(key, Broadcast { frames, last_id: self.last_sent_id, through });
        }
        Ok(())
    }

    fn accept_broadcast(&mut self, broadcast: Broadcast, generation: u64) {
        self.generation = generation;
        self.cursor = broadcast.through;
        if !broadcast.frames.is_empty() {
            self.last_sent_id = broadcast.last_id;
        }
        self.unsent = broadcast.frames;
    }
}

fn is_unknown(event: &Event) -> bool {
    matches!(event.content, Content::Unknown)
}

fn joined(frames: Vec<Bytes>) -> Bytes {
    match <[Bytes; 1]>::try_from(frames) {
        // Not copied: every stream sends the same bytes.
        Ok([one]) => one,
        Err(frames) if frames.is_empty() => Bytes::new(),
        Err(frames) => frames.concat().into(),
    }
}
