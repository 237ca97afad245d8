//! One stream's subscription in the hub: what the hub knows of the stream, and how it is served while its task sleeps.

use std::{
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{
            AtomicBool,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::task::AtomicWaker;

use crate::{
    clock,
    ids::{ListenerId, SessionKey, UserId},
    live::{
        hub::{Hub, Request, StreamId},
        right::Right,
        sse::Farewell,
        stream::reader::Reader,
        viewers::Listening,
    },
};

/// What the hub knows of one open stream. In this order, so that what every delivery looks at stands together.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Stream {
    // A std mutex: held to hand on what is new, never over an await.
    slot: Mutex<Slot>,
    is_expired: AtomicBool,
    must_beat: AtomicBool,
    farewell: OnceLock<Farewell>,
    pub(super) viewer: Arc<Listening>,
    waker: AtomicWaker,
    pub(super) right: Right,
    pub(super) address: IpAddr,
    pub(super) id: StreamId,
    pub(super) boards: Box<[Box<str>]>,
}

/// Where the stream's task leaves the reader while it sleeps, so that the hub can deliver through it.
#[derive(Debug, Default)]
struct Slot {
    /// Set when the task must run; one wake-up is enough, since the task looks at everything there is.
    has_work: bool,
    /// Absent while the task is at work.
    reader: Option<Reader>,
}

impl Stream {
    pub(super) fn new(request: Request) -> Self {
        let Request { viewer, right, address, boards, .. } = request;
        Self {
            id: StreamId::random(),
            boards,
            slot: Mutex::default(),
            is_expired: AtomicBool::new(false),
            must_beat: AtomicBool::new(false),
            farewell: OnceLock::new(),
            viewer,
            waker: AtomicWaker::new(),
            right,
            address,
        }
    }

    /// Who listens.
    pub(super) fn listener(&self) -> ListenerId {
        self.viewer.id()
    }

    /// The session by which it listens, if it is one.
    pub(super) fn session(&self) -> Option<SessionKey> {
        match &self.right {
            Right::Session(key) => Some(key.clone()),
            Right::Token(_) | Right::Wall(_) => None,
        }
    }

    /// Sends what there is for it, or wakes the task where something has to be waited for. A stream that panics
    /// ends, and no other with it.
    pub(super) fn deliver(&self) {
        if catch_unwind(AssertUnwindSafe(|| self.try_to_deliver())).is_err() {
            tracing::error!(listener = %self.listener(), "A stream panicked and was ended");
            *self.slot() = Slot::default();
            self.waker.wake();
        }
    }

    fn try_to_deliver(&self) {
        let mut slot = self.slot();
        if slot.has_work {
            return;
        }
        let Some(reader) = &mut slot.reader else {
            // The task finds it before it sleeps.
            slot.has_work = true;
            return;
        };
        let must_end = self.farewell.get().is_some() || self.is_expired.load(Acquire);
        let is_served =
            !must_end && reader.advance(&self.viewer).is_ok() && (!self.take_beat() || reader.ping().is_ok());
        if !is_served {
            slot.has_work = true;
            drop(slot);
            self.waker.wake();
        }
    }

    /// Sends a heartbeat.
    pub(super) fn beat(&self) {
        self.must_beat.store(true, Relaxed);
        self.deliver();
    }

    /// Has the task look its right up: its time is over, unless it was used meanwhile.
    pub(super) fn expire(&self) {
        self.is_expired.store(true, Release);
        self.waker.wake();
    }

    /// Has the task end it, for this reason.
    pub(super) fn end(&self, why: Farewell) {
        // The first reason stands.
        let _ = self.farewell.set(why);
        self.waker.wake();
    }

    /// What a page has passed of the log since this was last asked; none, while its task is at work or it has not taken all.
    pub(super) fn take_passed(&self) -> Option<(UserId, (i64, i64))> {
        let (ListenerId::User(user), Right::Session(_)) = (self.listener(), &self.right) else { return None };
        let part = self.slot().reader.as_mut()?.take_passed()?;
        Some((user, part))
    }

    fn take_beat(&self) -> bool {
        self.must_beat.load(Relaxed) && self.must_beat.swap(false, Relaxed)
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // What a panic left of it is thrown away.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a stream's task does not sleep on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live) enum Wake {
    /// There is something that only the task can do.
    Work,
    /// The client is gone, or there is no way to it any more.
    HungUp,
}

/// One stream's subscription in the hub; dropping it gives it back. It belongs to one task.
#[derive(Debug)]
pub struct Subscription {
    pub(super) hub: Hub,
    pub(super) stream: Arc<Stream>,
    /// Under which the hub has it.
    pub(super) number: usize,
}

impl Subscription {
    /// Who listens.
    pub fn listener(&self) -> ListenerId {
        self.stream.listener()
    }

    /// The same, with what may be for them.
    pub(in crate::live) fn viewer(&self) -> &Listening {
        &self.stream.viewer
    }

    /// The right by which they listen.
    pub fn right(&self) -> &Right {
        &self.stream.right
    }

    /// By which the client may have another stream take its place.
    pub fn id(&self) -> StreamId {
        self.stream.id
    }

    /// The boards that it watches, by name.
    pub fn boards(&self) -> &[Box<str>] {
        &self.stream.boards
    }

    /// Leaves the reader in the slot for the first time; the task runs next.
    pub(in crate::live) fn begin(&self, reader: Reader) {
        *self.stream.slot() = Slot { has_work: true, reader: Some(reader) };
    }

    /// Takes the reader from the slot.
    pub(in crate::live) fn take_reader(&self) -> Option<Reader> {
        let mut slot = self.stream.slot();
        slot.has_work = false;
        slot.reader.take()
    }

    /// Leaves the reader, which has everything, in the slot. If the task was woken meanwhile, it comes back.
    #[expect(
        clippy::result_large_err,
        reason = "the reader moves one way or the other; a box would cost more"
    )]
    pub(in crate::live) fn put_back(&self, reader: Reader) -> Result<(), Reader> {
        let mut slot = self.stream.slot();
        if std::mem::take(&mut slot.has_work) {
            return Err(reader);
        }
        slot.reader = Some(reader);
        Ok(())
    }

    /// Ready when the task must run.
    pub(in crate::live) fn poll_wake(&self, cx: &mut Context<'_>) -> Poll<Wake> {
        if self.poll_end(cx).is_ready() {
            return Poll::Ready(Wake::Work);
        }
        let mut slot = self.stream.slot();
        let has_work = slot.has_work;
        match &mut slot.reader {
            Some(_) if has_work => Poll::Ready(Wake::Work),
            Some(reader) => reader.poll_hung_up(cx).map(|()| Wake::HungUp),
            // It panicked, and took its way to the client along.
            None => Poll::Ready(Wake::HungUp),
        }
    }

    /// Ready when the stream must end, or perhaps must.
    pub(in crate::live) fn poll_end(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.stream.waker.register(cx.waker());
        if self.farewell().is_some() || self.is_expired() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Why the stream must end, if it must.
    pub fn farewell(&self) -> Option<Farewell> {
        self.stream.farewell.get().copied()
    }

    /// Whether the right's end, as far as it is known here, has come.
    pub fn is_expired(&self) -> bool {
        self.stream.is_expired.load(Acquire)
    }

    /// Whether that time has come, be it noticed or not: it is looked for once a second.
    pub fn is_past_its_end(&self) -> bool {
        self.is_expired() || self.hub.streams().all[self.number].ends_ms <= clock::now_ms()
    }

    /// Sets when the right ends, in Unix milliseconds.
    pub fn set_end_ms(&self, ends_ms: i64) {
        self.hub.streams().all[self.number].ends_ms = ends_ms;
        self.stream.is_expired.store(ends_ms <= clock::now_ms(), Release);
    }

    /// How often a quiet stream says that it is alive.
    pub fn heartbeat(&self) -> Duration {
        self.hub.heartbeat()
    }

    /// Whether a heartbeat is due; true once for each.
    pub(in crate::live) fn take_beat(&self) -> bool {
        self.stream.take_beat()
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.keep_passed(&self.stream);
        // The client's socket closes now, even where somebody still holds the stream.
        drop(self.take_reader());
        self.hub.leave(self.number);
    }
}
