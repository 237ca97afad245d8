//! The register of the streams that are open in this process, by which they are delivered to and ended. The hub keeps
//! no queue: each stream is brought to where the log is.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    net::IpAddr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use slab::Slab;
use tokio::sync::Notify;

use crate::{
    ids::{ListenerId, UserId},
    live::{
        event::LostRight,
        hub::{delivery::BATCH, subscription::Stream},
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
    subscription::{StreamId, Subscription},
};

mod caps;
mod clock;
mod delivery;
mod passed;
mod presence;
mod subscription;

/// The ends of all streams of a node that stops are spread over so long: less than the server waits for them.
const STOP_SPREAD: Duration = Duration::from_secs(4);

/// A few streams need no spreading: each takes at most so long.
const MAX_STOP_INTERVAL: Duration = Duration::from_millis(2);

/// Who wants to listen.
#[derive(Debug)]
pub struct Request {
    /// Who it is.
    pub viewer: Arc<Listening>,
    /// By which right.
    pub right: Right,
    /// From where.
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

#[derive(Debug, Default)]
struct Streams {
    all: Slab<OpenStream>,
    by_listener: HashMap<ListenerId, Vec<Arc<Stream>>>,
    by_board: HashMap<Box<str>, Vec<Arc<Stream>>>,
    by_address: HashMap<IpAddr, usize>,
}

/// One stream, and when the clock has something for it: here, so that looking at all of them does not fetch each.
#[derive(Debug)]
struct OpenStream {
    /// When the next heartbeat is due, in milliseconds since the hub was made.
    beat_at: u64,
    /// When the right ends unless it was used meanwhile, in Unix milliseconds.
    ends_ms: i64,
    stream: Arc<Stream>,
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
        let number = streams.all.insert(OpenStream { beat_at, ends_ms, stream: stream.clone() });
        streams.by_listener.entry(listener).or_default().push(stream.clone());
        for board in &stream.boards {
            streams.by_board.entry(board.clone()).or_default().push(stream.clone());
        }
        *streams.by_address.entry(stream.address).or_default() += 1;
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

    /// Ends the streams that a lost right concerns.
    pub fn end(&self, lost: &LostRight) {
        let streams = self.streams();
        let theirs = streams.by_listener.get(&lost.whose).into_iter().flatten();
        let concerned = theirs.filter(|stream| lost.concerns(stream.listener(), &stream.right));
        concerned.for_each(|stream| stream.end(lost.farewell));
    }

    /// Takes no more streams, and ends those there are, one after the other, so that they do not all arrive
    /// at another node at once.
    pub async fn stop(&self) {
        let leaving: Vec<_> = {
            let streams = self.streams();
            self.0.stopping.store(true, Relaxed);
            streams.all.iter().map(|(_, entry)| entry.stream.clone()).collect()
        };
        let each = STOP_SPREAD.div_f64(leaving.len().max(1) as f64).min(MAX_STOP_INTERVAL);
        let mut turns = tokio::time::interval(each);
        for stream in leaving {
            turns.tick().await;
            stream.end(Farewell::Restart);
        }
    }

    fn leave(&self, number: usize) {
        let mut streams = self.streams();
        let stream = &streams.all.remove(number).stream;
        take_out(&mut streams.by_listener, &stream.listener(), stream);
        for board in &stream.boards {
            take_out(&mut streams.by_board, board, stream);
        }
        if let Some(count) = streams.by_address.get_mut(&stream.address) {
            *count -= 1;
            if *count == 0 {
                streams.by_address.remove(&stream.address);
            }
        }
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

impl Streams {
    /// The stream of this id, if it is this listener's, by the same right.
    fn find(&self, listener: ListenerId, right: &Right, id: StreamId) -> Option<Arc<Stream>> {
        let mut theirs = self.by_listener.get(&listener)?.iter();
        theirs.find(|stream| stream.id == id && stream.right == *right).cloned()
    }
}

/// Takes a stream out of those under this key.
fn take_out<K: Hash + Eq>(streams: &mut HashMap<K, Vec<Arc<Stream>>>, key: &K, stream: &Arc<Stream>) {
    if let Some(theirs) = streams.get_mut(key) {
        theirs.retain(|other| !Arc::ptr_eq(other, stream));
        if theirs.is_empty() {
            streams.remove(key);
        }
    }
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::TokenId, live::Viewers};

    fn hub_of(count: usize) -> (Hub, Vec<Subscription>) {
        let caps = Caps { streams: 9999, per_user: 9999, per_address: 9999 };
        let hub = Hub::new(caps, Duration::from_secs(15));
        let subscriptions = (0..count).map(|_| open(&hub)).collect::<Result<_, _>>().expect("there is room");
        (hub, subscriptions)
    }

    fn open(hub: &Hub) -> Result<Subscription, NoRoom> {
        let nobody = Viewers::default().of(UserId(1).into());
        hub.register(Request {
            viewer: nobody,
            right: Right::Token(TokenId(1)),
            address: IpAddr::from([127, 0, 0, 1]),
            ends_ms: i64::MAX,
            boards: [].into(),
            instead: None,
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_spreads_the_ends_and_comes_to_one() {
        let (hub, subscriptions) = hub_of(8000);
        let ended = || subscriptions.iter().filter(|subscription| subscription.farewell().is_some()).count();

        let stopping = tokio::spawn({
            let hub = hub.clone();
            async move { hub.stop().await }
        });

        tokio::time::sleep(STOP_SPREAD / 4).await;
        assert!((1800..2200).contains(&ended()), "{}", ended());
        assert_eq!(open(&hub).err(), Some(NoRoom::Stopping));
        tokio::time::sleep(STOP_SPREAD).await;
        assert_eq!(ended(), 8000);
        assert!(stopping.is_finished());
    }
}
