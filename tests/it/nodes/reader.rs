//! Somebody's page, behind a load balancer: it follows through every cut, on whichever node takes it.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

use crate::support::Person;

pub struct Reader {
    person: Person,
    urls: Vec<String>,
    at: usize,
}

/// What a reader went through.
#[derive(Debug, Default)]
pub struct Trail {
    /// What it got, in order.
    pub posts: Vec<i64>,
    /// How often it had to come back.
    pub reconnects: usize,
    /// The longest time without a stream.
    pub longest_gap: Duration,
}

impl Reader {
    /// Begins at the node of this number.
    pub fn new(person: &Person, urls: &[String], at: usize) -> Self {
        Self { person: person.clone(), urls: urls.to_vec(), at: at % urls.len() }
    }

    /// Follows until the last post, as soon as that is known.
    pub async fn follows(mut self, mut cursor: String, last: Arc<Mutex<Option<i64>>>) -> Trail {
        let mut trail = Trail::default();
        let mut lost = None;
        let is_last = |posts: &[i64]| posts.last().is_some_and(|post| Some(*post) == *last.lock().unwrap());
        while !is_last(&trail.posts) {
            let here = self.person.at_url(&self.urls[self.at]);
            let headers = [("Last-Event-ID", cursor.as_str())];
            let opening = here.tries_to_stream("/stream", &headers);
            let Ok(Ok(mut stream)) = timeout(Duration::from_secs(5), opening).await else {
                self.moves_on().await;
                continue;
            };
            assert_eq!(stream.status, 200);
            let mut retry = None;
            // The last post may be known only after it came: then the stream is quiet, and this looks again.
            loop {
                match timeout(Duration::from_secs(1), stream.reads()).await {
                    Err(_) if is_last(&trail.posts) => return trail,
                    Err(_) => continue,
                    Ok(None) => break,
                    Ok(Some(event)) => match event.name.as_str() {
                        "hello" => {
                            assert_eq!(event.data["resumed"], true, "at {cursor}");
                            let gap = lost.take().map_or(Duration::ZERO, |at: Instant| at.elapsed());
                            trail.longest_gap = trail.longest_gap.max(gap);
                        }
                        "post" => trail.posts.push(event.post()),
                        "bye" => {
                            assert_eq!(event.data["reason"], "restart");
                            retry = stream.parser.retry;
                        }
                        other => assert_eq!(other, "ping"),
                    },
                }
                cursor.clone_from(&stream.cursor);
            }
            if lost.is_none() {
                lost = Some(Instant::now());
                trail.reconnects += 1;
            }
            // As a page does that was told when to come back.
            sleep(Duration::from_millis(retry.unwrap_or(0))).await;
            self.moves_on().await;
        }
        trail
    }

    async fn moves_on(&mut self) {
        self.at = (self.at + 1) % self.urls.len();
        sleep(Duration::from_millis(100)).await;
    }
}
