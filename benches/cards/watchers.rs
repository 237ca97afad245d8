//! Streams of programs, which count the cards and posts that come.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{crowd, servers::Server};

/// Of so many cards the time is looked at.
const SAMPLED: u64 = 16;

/// A post says so when it was sent.
const POST_AT: &[u8] = b"\"body\":\"sent at ";

/// All streams.
pub struct Watchers {
    count: usize,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    greeted: AtomicUsize,
    cards: AtomicU64,
    /// In microseconds.
    latencies: Mutex<Vec<u32>>,
    /// Those of posts, in microseconds.
    posts: Mutex<Vec<u32>>,
}

impl Watchers {
    /// So many, with what stands behind the address of each.
    pub async fn open(
        server: &Server,
        streams: usize,
        query: impl Fn(usize) -> String,
        epoch: Instant,
    ) -> io::Result<Self> {
        let seen = Arc::<Seen>::default();
        for (number, identity) in crowd::get()?.others.iter().take(streams).enumerate() {
            let request = format!(
                "GET /api/v1/stream{} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n{}\r\n",
                query(number),
                server.address,
                identity.token
            );
            let mut socket = TcpStream::connect(server.address).await?;
            socket.write_all(request.as_bytes()).await?;
            let seen = seen.clone();
            tokio::spawn(async move {
                let mut buffer = Vec::with_capacity(256 * 1024);
                loop {
                    match socket.read_buf(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(_) => seen.read(&mut buffer, epoch),
                    }
                }
            });
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        while seen.greeted.load(Relaxed) < streams {
            if Instant::now() > deadline {
                return Err(io::Error::other("not all streams were greeted"));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(Self { count: streams, seen })
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Begins to count anew.
    pub fn forget(&self) {
        self.seen.cards.store(0, Relaxed);
        for latencies in [&self.seen.latencies, &self.seen.posts] {
            latencies.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// After how long posts came.
    pub fn seen_posts(&self) -> Vec<u32> {
        self.seen.posts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many cards came, and after how long some of them.
    pub fn seen(&self) -> (u64, Vec<u32>) {
        let latencies = self.seen.latencies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (self.seen.cards.load(Relaxed), latencies)
    }
}

impl Seen {
    /// Takes whole events out of what was read.
    fn read(&self, buffer: &mut Vec<u8>, epoch: Instant) {
        let Some(end) = memmem::rfind(buffer, b"\n\n") else { return };
        let now = epoch.elapsed();
        let events = &buffer[..end + 2];
        if memmem::find(events, b"event: hello").is_some() {
            self.greeted.fetch_add(1, Relaxed);
        }
        let mut sampled = Vec::new();
        for at in memmem::find_iter(events, b"\"value\":") {
            if self.cards.fetch_add(1, Relaxed).is_multiple_of(SAMPLED) {
                sampled.push(since(now, Duration::from_millis(number(&events[at + 8..]))));
            }
        }
        self.latencies.lock().unwrap_or_else(PoisonError::into_inner).append(&mut sampled);
        let posts = memmem::find_iter(events, POST_AT)
            .map(|at| since(now, Duration::from_micros(number(&events[at + POST_AT.len()..]))));
        self.posts.lock().unwrap_or_else(PoisonError::into_inner).extend(posts);
        buffer.drain(..end + 2);
    }
}

/// What these bytes begin with.
fn number(bytes: &[u8]) -> u64 {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit());
    digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// In microseconds.
fn since(now: Duration, sent: Duration) -> u32 {
    u32::try_from(now.saturating_sub(sent).as_micros()).unwrap_or(u32::MAX)
}
