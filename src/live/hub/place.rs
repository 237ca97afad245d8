//! One stream's place in the hub: what the hub knows of the stream, and how the one wakes the other.

use std::{
    net::IpAddr,
    sync::{
        Arc, OnceLock,
        atomic::{
            AtomicBool, AtomicI64, AtomicU64,
            Ordering::{AcqRel, Acquire, Relaxed, Release},
        },
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::task::AtomicWaker;

use super::Hub;
use crate::{clock, live::wire::Farewell, rights::Right, session_store::SessionKey, users::UserId};

/// What the hub knows of one open stream. In this order, so that what every delivery looks at stands together.
#[derive(Debug)]
#[repr(C)]
pub(super) struct Stream {
    waker: AtomicWaker,
    /// News that were not looked at yet; whoever has some need not be woken for more.
    has_news: AtomicBool,
    must_beat: AtomicBool,
    is_over: AtomicBool,
    farewell: OnceLock<Farewell>,
    /// When the next heartbeat is due, in milliseconds since the hub was made.
    pub(super) beat_at: AtomicU64,
    /// When the right ends unless it was used meanwhile, in Unix milliseconds.
    pub(super) ends_ms: AtomicI64,
    pub(super) user: UserId,
    pub(super) right: Right,
    pub(super) address: IpAddr,
}

impl Stream {
    pub(super) fn new(user: UserId, right: Right, address: IpAddr, beat_at: u64, ends_ms: i64) -> Self {
        Self {
            user,
            right,
            address,
            has_news: AtomicBool::new(false),
            waker: AtomicWaker::new(),
            farewell: OnceLock::new(),
            beat_at: AtomicU64::new(beat_at),
            must_beat: AtomicBool::new(false),
            ends_ms: AtomicI64::new(ends_ms),
            is_over: AtomicBool::new(false),
        }
    }

    /// The session by which it listens, if it is one.
    pub(super) fn session(&self) -> Option<SessionKey> {
        match &self.right {
            Right::Session(key) => Some(key.clone()),
            Right::Token(_) => None,
        }
    }

    /// There is something to look at.
    pub(super) fn wake(&self) {
        // Not again before it has looked: then it finds all there is.
        if !self.has_news.swap(true, AcqRel) {
            self.waker.wake();
        }
    }

    /// It has been quiet for long.
    pub(super) fn beat(&self) {
        self.must_beat.store(true, Relaxed);
        self.wake();
    }

    /// The time of its right is over.
    pub(super) fn is_over(&self) {
        self.is_over.store(true, Release);
        self.wake_whatever_it_does();
    }

    /// It must end.
    pub(super) fn end(&self, why: Farewell) {
        // The first reason stands.
        let _ = self.farewell.set(why);
        self.wake_whatever_it_does();
    }

    /// One that waits for a slow client leaves news where they are, but this concerns it at once.
    fn wake_whatever_it_does(&self) {
        self.has_news.store(true, Release);
        self.waker.wake();
    }
}

/// One stream's place in the hub; dropping it gives it back. It belongs to one task.
#[derive(Debug)]
pub struct Place {
    pub(super) hub: Hub,
    pub(super) stream: Arc<Stream>,
    /// Under which the hub has it.
    pub(super) number: usize,
}

impl Place {
    /// Who listens.
    pub fn user(&self) -> UserId {
        self.stream.user
    }

    /// By which right.
    pub fn right(&self) -> &Right {
        &self.stream.right
    }

    /// Takes the news that there is something to look at, or sees to it that the task is woken by the next.
    pub fn poll_news(&self, cx: &mut Context<'_>) -> Poll<()> {
        let has_news = || self.stream.has_news.swap(false, AcqRel);
        if has_news() {
            return Poll::Ready(());
        }
        self.stream.waker.register(cx.waker());
        // Some may have come before the waker was there.
        if has_news() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Ready when the stream must end, or perhaps must; news are left where they are.
    pub fn poll_end(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.stream.waker.register(cx.waker());
        if self.farewell().is_some() || self.is_over() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Why the stream must end, if it must.
    pub fn farewell(&self) -> Option<Farewell> {
        self.stream.farewell.get().copied()
    }

    /// Whether the right's end, as far as it is known here, has come.
    pub fn is_over(&self) -> bool {
        self.stream.is_over.load(Acquire)
    }

    /// The right's end has moved.
    pub fn ends_at(&self, ends_ms: i64) {
        self.stream.ends_ms.store(ends_ms, Relaxed);
        self.stream.is_over.store(ends_ms <= clock::now_ms(), Release);
    }

    /// How often a quiet stream says that it is alive.
    pub fn heartbeat(&self) -> Duration {
        self.hub.heartbeat()
    }

    /// Whether a heartbeat is due; once for each.
    pub fn beat(&self) -> bool {
        self.stream.must_beat.load(Relaxed) && self.stream.must_beat.swap(false, Relaxed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.hub.leave(self.number);
    }
}
