//! Posts for everyone that are published one after the other, and whatever else is asked of a server.

use std::{
    fmt, io,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    servers::{Server, requests::Whom},
    table::{median, percentile},
    watchers::Watchers,
};

/// Posts that are published one after the other.
pub const POSTS: usize = 100;

/// How long posts took in some rounds: the 99th percentile of each, in milliseconds. One post that waits for the disk is the
/// percentile of a round, so of rounds the median counts.
#[derive(Debug, Default)]
pub struct Posts {
    answered: Vec<f64>,
    delivered: Vec<f64>,
}

impl Posts {
    /// Publishes posts at 20 a second.
    pub async fn take_round(
        &mut self,
        server: &Server,
        watchers: &Watchers,
        epoch: Instant,
    ) -> io::Result<()> {
        watchers.forget();
        let mut answered = publish_posts(server, epoch).await?;
        self.answered.push(percentile(&mut answered, 0.99));
        self.delivered.push(percentile(&mut watchers.seen_posts(), 0.99));
        Ok(())
    }

    /// Until they were answered.
    pub fn answered(&self) -> f64 {
        median(self.answered.clone())
    }

    /// Until they were on streams.
    pub fn delivered(&self) -> f64 {
        median(self.delivered.clone())
    }
}

impl fmt::Display for Posts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "answered {:.1} ms, on streams {:.1} ms", self.answered(), self.delivered())
    }
}

/// Publishes posts at 20 a second; after how long each was answered, in microseconds.
pub async fn publish_posts(server: &Server, epoch: Instant) -> io::Result<Vec<u32>> {
    let mut answered = Vec::with_capacity(POSTS);
    for _ in 0..POSTS {
        let sent = Instant::now();
        publish(server, epoch).await?;
        answered.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(answered)
}

/// Publishes a post for everyone, which says when, in microseconds.
async fn publish(server: &Server, epoch: Instant) -> io::Result<()> {
    let mut connection = TcpStream::connect(server.address).await?;
    let text = format!("sent at {}", epoch.elapsed().as_micros());
    ask(&mut connection, &server.publish_request(&text, Whom::Everyone)?, "201").await?;
    Ok(())
}

/// Sends a request whose answer is to have this status, and its body, which it returns.
pub async fn ask(connection: &mut TcpStream, request: &str, status: &str) -> io::Result<String> {
    connection.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    loop {
        connection.read_buf(&mut answer).await?;
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.to_ascii_lowercase();
        let length =
            length.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            let is_good = head.split(' ').nth(1) == Some(status) && !body.contains("\"status\":4");
            return if is_good { Ok(body.to_owned()) } else { Err(io::Error::other(text.into_owned())) };
        }
    }
}
