//! Open rosters of one post: streams of its author's page, which follow how many have acknowledged it.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{crowd, servers::Server};

/// What stands before the number in a roster's event.
const COUNT: &[u8] = b"\"acknowledged\":";

/// What each of them says last.
pub struct Rosters(Vec<Arc<AtomicUsize>>);

impl Rosters {
    /// Opens so many of this post.
    pub async fn open(server: &Server, post: i64, count: usize) -> io::Result<Self> {
        let mut shown = Vec::with_capacity(count);
        for _ in 0..count {
            let request = format!(
                "GET /stream?watch=roster:{post} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\n{}\r\n",
                server.address,
                crowd::get()?.publisher.cookie
            );
            let mut socket = TcpStream::connect(server.address).await?;
            socket.write_all(request.as_bytes()).await?;
            let last = Arc::<AtomicUsize>::default();
            shown.push(last.clone());
            tokio::spawn(async move {
                let mut buffer = Vec::with_capacity(64 * 1024);
                while socket.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {
                    let Some(end) = memmem::rfind(&buffer, b"\n\n") else { continue };
                    if let Some(count) = last_count(&buffer[..end]) {
                        last.store(count, Relaxed);
                    }
                    buffer.drain(..end + 2);
                }
            });
        }
        Ok(Self(shown))
    }

    /// Waits until all of them show that so many have acknowledged it.
    pub async fn all_show(&self, people: usize) -> io::Result<()> {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.0.iter().any(|shown| shown.load(Relaxed) != people) {
            if Instant::now() > deadline {
                return Err(io::Error::other(format!("the rosters show {:?}", self.0)));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

/// What the last event says.
fn last_count(events: &[u8]) -> Option<usize> {
    let at = memmem::rfind(events, COUNT)? + COUNT.len();
    let digits = events[at..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}
