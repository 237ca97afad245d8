//! The deadlines of one connection. The socket reports what it sees, and the connection's task waits for the
//! one deadline that applies; while a request is being answered there is none, but for a write that waits.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
    time::Instant,
};

/// Whoever connects has something to say.
const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(5);

/// Between requests: proxies keep their connections to us for 60 s.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// From the first byte of a request's head to its last.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// A client that takes nothing for so long is cut.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// What a connection is waiting for, and until when; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Deadlines(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    // A std mutex: held to read or set two instants.
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    /// When the phase is over, if it has an end of its own.
    until: Option<Instant>,
    /// When the write that waits is given up.
    stalled: Option<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nothing was heard since the connection was made, or since the last answer.
    Idle,
    /// A request's head is arriving.
    Head,
    /// A request is being answered.
    Busy,
}

impl Deadlines {
    pub(super) fn new() -> Self {
        let state =
            State { phase: Phase::Idle, until: Some(Instant::now() + FIRST_BYTE_TIMEOUT), stalled: None };
        Self(Arc::new(Inner { state: Mutex::new(state), changed: Notify::new() }))
    }

    /// A request has arrived.
    pub(super) fn start_answer(&self) {
        self.enter(Phase::Busy, None);
    }

    /// Its answer is written.
    pub(super) fn end_answer(&self) {
        self.enter(Phase::Idle, Some(IDLE_TIMEOUT));
    }

    /// Whether the connection may be closed without anybody missing it.
    pub(super) fn is_idle(&self) -> bool {
        self.state().phase == Phase::Idle
    }

    /// Waits until a deadline has passed.
    pub(super) async fn expired(&self) {
        loop {
            match self.deadline() {
                Some(at) if at <= Instant::now() => return,
                Some(at) => tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = self.0.changed.notified() => {}
                },
                None => self.0.changed.notified().await,
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        [state.until, state.stalled].into_iter().flatten().min()
    }

    /// Something was read.
    fn record_read(&self) {
        if self.state().phase == Phase::Idle {
            self.enter(Phase::Head, Some(HEAD_TIMEOUT));
        }
    }

    fn enter(&self, phase: Phase, limit: Option<Duration>) {
        let mut state = self.state();
        state.phase = phase;
        state.until = limit.map(|limit| Instant::now() + limit);
        self.0.changed.notify_one();
    }

    /// Something was written, or waits to be.
    pub(super) fn record_write(&self, is_waiting: bool) {
        let mut state = self.state();
        if state.stalled.is_some() == is_waiting {
            return;
        }
        state.stalled = is_waiting.then(|| Instant::now() + STALL_TIMEOUT);
        self.0.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that reports to its connection's deadlines.
#[derive(Debug)]
pub(super) struct TimedSocket<S> {
    socket: S,
    deadlines: Deadlines,
}

impl<S> TimedSocket<S> {
    pub(super) fn new(socket: S, deadlines: Deadlines) -> Self {
        Self { socket, deadlines }
    }

    /// The socket, which reports to nobody any more.
    pub(super) fn into_inner(self) -> S {
        self.socket
    }

    fn report<T>(&self, written: Poll<T>) -> Poll<T> {
        self.deadlines.record_write(written.is_pending());
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for TimedSocket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.deadlines.record_read();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for TimedSocket<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write(cx, bytes);
        self.report(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.socket).poll_write_vectored(cx, slices);
        self.report(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn time_left(deadlines: &Deadlines) -> Duration {
        let start = Instant::now();
        deadlines.expired().await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn every_phase_of_a_connection_has_its_deadline() {
        let deadlines = Deadlines::new();
        assert_eq!(time_left(&deadlines).await.as_secs(), 5);

        let deadlines = Deadlines::new();
        deadlines.record_read();
        deadlines.record_read();
        assert_eq!(time_left(&deadlines).await.as_secs(), 10);

        deadlines.end_answer();
        assert_eq!(time_left(&deadlines).await.as_secs(), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_takes_as_long_as_it_takes_but_a_write_that_waits_does_not() {
        let deadlines = Deadlines::new();
        deadlines.start_answer();
        assert!(tokio::time::timeout(Duration::from_secs(3600), deadlines.expired()).await.is_err());

        deadlines.record_write(true);
        deadlines.record_write(false);
        assert!(tokio::time::timeout(Duration::from_secs(3600), deadlines.expired()).await.is_err());

        deadlines.record_write(true);
        assert_eq!(time_left(&deadlines).await.as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn dripping_a_head_does_not_move_its_deadline() {
        let deadlines = Deadlines::new();
        let dripping = async {
            loop {
                deadlines.record_read();
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };

        tokio::select! {
            left = time_left(&deadlines) => assert!(left.as_secs() <= 10),
            () = dripping => unreachable!("it drips for ever"),
        }
    }
}
