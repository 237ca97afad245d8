//! The register of the streams that are open in this process, by which they are delivered to and ended. The hub keeps
//! no queue: each stream is brought to where the log is.

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use tokio::sync::Notify;

use crate::{
    ids::{ListenerId, UserId},
    live::{
        hub::{
            delivery::BATCH,
            streams::{OpenStream, Streams},
            subscription::Stream,
        },
        right::Right,
        sse::Farewell,
        state::watch::ROSTER,
        viewers::Listening,
    },
};

pub(super) use crate::live::hub::subscription::Wake;
pub use crate::live::hub::{
    caps::{Caps, NoRoom},
    passed::Passed,
    stream_id::StreamId,
    subscription::Subscription,
};

mod caps;
mod clock;
mod delivery;
mod end;
mod passed;
mod presence;
mod stream_id;
mod streams;
mod subscription;

/// Who wants to listen.
#[derive(Debug)]
pub struct Request {
    /// Who it is.
    pub viewer: Arc<Listening>,
    /// The right by which they listen.
    pub right: Right,
    /// The address from which they ask.
    pub address: IpAddr,
    /// When the right ends unless it is used, in Unix milliseconds.
    pub ends_ms: i64,
    /// The boards and rosters that are watched, by name.
    pub boards: Box<[Box<str>]>,
    /// The stream of theirs that this one replaces.
    pub instead: Option<StreamId>,
}

/// The register of open streams; cheap to clone.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    caps: Caps,
    heartbeat: Duration,
    started: Instant,
    stopping: AtomicBool,
    // A std mutex: held to look a stream up or to walk over all of them, never over an await.
    streams: Mutex<Streams>,
    /// There is something for everybody.
    news: Notify,
    /// Who has a stream open on another node, as far as is known here.
    elsewhere: Mutex<HashSet<UserId>>,
    /// What streams that have ended had passed of the log since that was last asked.
    passed: Mutex<Passed>,
}

impl Hub {
    /// An empty register.
    pub fn new(caps: Caps, heartbeat: Duration) -> Self {
        Self(Arc::new(Inner {
            caps,
            heartbeat,
            started: Instant::now(),
            stopping: AtomicBool::new(false),
            streams: Mutex::default(),
            news: Notify::new(),
            elsewhere: Mutex::default(),
            passed: Mutex::default(),
        }))
    }

    /// Registers a stream; dropping the subscription takes it out again. From here on nothing that there is for it is
    /// missed.
    ///
    /// # Errors
    /// When there is no room.
    pub fn register(&self, request: Request) -> Result<Subscription, NoRoom> {
        let listener = request.viewer.id();
        let mut streams = self.streams();
        if self.0.stopping.load(Relaxed) {
            return Err(NoRoom::Stopping);
        }
        let replaced = request.instead.and_then(|id| streams.find(listener, &request.right, id));
        self.0.caps.check(&streams, &request, replaced.as_deref())?;
        // Spread over the heartbeat: streams that came together do not beat together.
        let first_beat = self.0.heartbeat.mul_f64(rand::random_range(0.5..1.0));
        let beat_at = self.now() + milliseconds(first_beat);
        let ends_ms = request.ends_ms;
        let stream = Arc::new(Stream::new(request));
        let number = streams.add(OpenStream { beat_at, ends_ms, stream: stream.clone() });
        drop(streams);
        if let Some(replaced) = replaced {
            replaced.end(Farewell::Replaced);
        }
        Ok(Subscription { hub: self.clone(), stream, number })
    }

    /// Has what the log has for everybody delivered.
    pub fn deliver_to_all(&self) {
        self.0.news.notify_one();
    }

    /// Delivers what the log has for these listeners. Where they have many streams, that is left to the delivery to
    /// everybody, which uses all threads.
    pub fn deliver_to(&self, listeners: &HashSet<ListenerId>) {
        let theirs: Vec<_> = {
            let streams = self.streams();
            listeners.iter().filter_map(|id| streams.by_listener.get(id)).flatten().cloned().collect()
        };
        if theirs.len() > BATCH {
            self.deliver_to_all();
        } else {
            theirs.iter().for_each(|stream| stream.deliver());
        }
    }

    /// Delivers to those who watch one of these boards.
    pub async fn deliver_to_watchers(&self, boards: &HashSet<Box<str>>) {
        let theirs: Vec<_> = {
            let streams = self.streams();
            boards.iter().filter_map(|board| streams.by_board.get(board)).flatten().cloned().collect()
        };
        for some in theirs.chunks(BATCH) {
            some.iter().for_each(|stream| stream.deliver());
            tokio::task::yield_now().await;
        }
    }

    /// The names of the rosters that somebody watches.
    pub fn watched_rosters(&self) -> HashSet<Box<str>> {
        self.streams().by_board.keys().filter(|name| name.starts_with(ROSTER)).cloned().collect()
    }

    fn leave(&self, number: usize) {
        self.streams().remove(number);
    }

    fn heartbeat(&self) -> Duration {
        self.0.heartbeat
    }

    fn now(&self) -> u64 {
        milliseconds(self.0.started.elapsed())
    }

    fn passed(&self) -> MutexGuard<'_, Passed> {
        // Each of its parts is true by itself.
        self.0.passed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        // A panic while it was held left at worst one stream uncounted.
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
