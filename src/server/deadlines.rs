//! The deadlines of one connection. The socket reports what it sees, and the connection's task waits for the
//! one deadline that applies; while a request is being answered there is none, but for a write that waits.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

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
    state: Mutex<DeadlineState>,
    changed: Notify,
}

#[derive(Debug)]
struct DeadlineState {
    phase: Phase,
    /// When the phase is over, if it has an end of its own.
    until: Option<Instant>,
    /// When the write that waits is given up.
    stalled: Option<Instant>,
    /// What the connection's task has set its alarm for: woken at what is over by then, it looks again.
    alarm: Option<Instant>,
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
        let until = Some(Instant::now() + FIRST_BYTE_TIMEOUT);
        let state = DeadlineState { phase: Phase::Idle, until, stalled: None, alarm: None };
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
            match self.set_alarm() {
                Some(at) if at <= Instant::now() => return,
                Some(at) => tokio::select! {
                    () = tokio::time::sleep_until(at) => {}
                    () = self.0.changed.notified() => {}
                },
                None => self.0.changed.notified().await,
            }
        }
    }

    /// The deadline that applies, for which the caller waits from here on.
    fn set_alarm(&self) -> Option<Instant> {
        let mut state = self.state();
        state.alarm = state.deadline();
        state.alarm
    }

    /// Something was read.
    pub(super) fn record_read(&self) {
        if self.state().phase == Phase::Idle {
            self.enter(Phase::Head, Some(HEAD_TIMEOUT));
        }
    }

    fn enter(&self, phase: Phase, limit: Option<Duration>) {
        let mut state = self.state();
        state.phase = phase;
        state.until = limit.map(|limit| Instant::now() + limit);
        self.wake(&state);
    }

    /// Something was written, or waits to be.
    pub(super) fn record_write(&self, is_waiting: bool) {
        let mut state = self.state();
        if state.stalled.is_some() == is_waiting {
            return;
        }
        state.stalled = is_waiting.then(|| Instant::now() + STALL_TIMEOUT);
        self.wake(&state);
    }

    /// Wakes who waits only if the alarm would be too late: phases and writes come and go with every piece.
    fn wake(&self, state: &DeadlineState) {
        if state.deadline().is_some_and(|at| state.alarm.is_none_or(|alarm| at < alarm)) {
            self.0.changed.notify_one();
        }
    }

    fn state(&self) -> MutexGuard<'_, DeadlineState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DeadlineState {
    fn deadline(&self) -> Option<Instant> {
        [self.until, self.stalled].into_iter().flatten().min()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        task::{Context, Wake},
    };

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
    async fn writes_that_wait_and_are_taken_wake_nobody_and_the_last_one_has_its_deadline() {
        let deadlines = Deadlines::new();
        deadlines.start_answer();
        let wakes = Arc::<Wakes>::default();
        let waker = wakes.clone().into();
        let mut expired = Box::pin(deadlines.expired());
        let mut is_over = || expired.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();

        for _ in 0..1000 {
            deadlines.record_write(true);
            assert!(!is_over());
            tokio::time::advance(Duration::from_millis(10)).await;
            deadlines.record_write(false);
            assert!(!is_over());
        }
        assert!(wakes.0.load(Ordering::Relaxed) <= 1, "{wakes:?}");

        deadlines.record_write(true);
        let start = Instant::now();
        expired.await;
        assert_eq!(start.elapsed().as_secs(), 30);
    }

    #[derive(Debug, Default)]
    struct Wakes(AtomicUsize);

    impl Wake for Wakes {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
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
