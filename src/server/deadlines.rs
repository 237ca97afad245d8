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
const FIRST_BYTE: Duration = Duration::from_secs(5);

/// Between requests: proxies keep their connections to us for 60 s.
const IDLE: Duration = Duration::from_secs(75);

/// From the first byte of a request's head to its last.
const HEAD: Duration = Duration::from_secs(10);

/// A client that takes nothing for so long is cut.
const STALL: Duration = Duration::from_secs(30);

/// What a connection is waiting for; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Pace(Arc<Inner>);

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
    Quiet,
    /// A request's head is arriving.
    Head,
    /// A request is being answered.
    Busy,
}

impl Pace {
    pub(super) fn new() -> Self {
        let state = State { phase: Phase::Quiet, until: Some(Instant::now() + FIRST_BYTE), stalled: None };
        Self(Arc::new(Inner { state: Mutex::new(state), changed: Notify::new() }))
    }

    /// A request has arrived.
    pub(super) fn answering(&self) {
        self.enter(Phase::Busy, None);
    }

    /// Its answer is written.
    pub(super) fn answered(&self) {
        self.enter(Phase::Quiet, Some(IDLE));
    }

    /// Whether the connection may be closed without anybody missing it.
    pub(super) fn is_quiet(&self) -> bool {
        self.state().phase == Phase::Quiet
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

    fn heard(&self) {
        if self.state().phase == Phase::Quiet {
            self.enter(Phase::Head, Some(HEAD));
        }
    }

    fn enter(&self, phase: Phase, limit: Option<Duration>) {
        let mut state = self.state();
        state.phase = phase;
        state.until = limit.map(|limit| Instant::now() + limit);
        self.0.changed.notify_one();
    }

    /// Something was written, or waits to be.
    pub(super) fn wrote(&self, is_waiting: bool) {
        let mut state = self.state();
        if state.stalled.is_some() == is_waiting {
            return;
        }
        state.stalled = is_waiting.then(|| Instant::now() + STALL);
        self.0.changed.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that reports to its connection's pace.
#[derive(Debug)]
pub(super) struct Paced<S> {
    socket: S,
    pace: Pace,
}

impl<S> Paced<S> {
    pub(super) fn new(socket: S, pace: Pace) -> Self {
        Self { socket, pace }
    }

    /// The socket, which reports to nobody any more.
    pub(super) fn into_inner(self) -> S {
        self.socket
    }

    fn report<T>(&self, written: Poll<T>) -> Poll<T> {
        self.pace.wrote(written.is_pending());
        written
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.socket).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.pace.heard();
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
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

    async fn time_left(pace: &Pace) -> Duration {
        let start = Instant::now();
        pace.expired().await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn every_phase_of_a_connection_has_its_deadline() {
        let pace = Pace::new();
        assert_eq!(time_left(&pace).await.as_secs(), 5);

        let pace = Pace::new();
        pace.heard();
        pace.heard();
        assert_eq!(time_left(&pace).await.as_secs(), 10);

        pace.answered();
        assert_eq!(time_left(&pace).await.as_secs(), 75);
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_takes_as_long_as_it_takes_but_a_write_that_waits_does_not() {
        let pace = Pace::new();
        pace.answering();
        assert!(tokio::time::timeout(Duration::from_secs(3600), pace.expired()).await.is_err());

        pace.wrote(true);
        pace.wrote(false);
        assert!(tokio::time::timeout(Duration::from_secs(3600), pace.expired()).await.is_err());

        pace.wrote(true);
        assert_eq!(time_left(&pace).await.as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn dripping_a_head_does_not_move_its_deadline() {
        let pace = Pace::new();
        let dripping = async {
            loop {
                pace.heard();
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };

        tokio::select! {
            left = time_left(&pace) => assert!(left.as_secs() <= 10),
            () = dripping => unreachable!("it drips for ever"),
        }
    }
}
