use std::collections::VecDeque;

use reqwest::{Response, header::HeaderMap};
use serde_json::Value;
use tokio::time::timeout;

use super::TIMEOUT;

/// One event as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    pub id: Option<String>,
    pub name: String,
    pub data: Value,
}

impl Event {
    /// The post a `post` event carries.
    pub fn post(&self) -> i64 {
        self.data["post"].as_i64().unwrap_or_else(|| panic!("{self:?} is no post"))
    }
}

/// One open stream. It reads only when it is asked to.
#[derive(Debug)]
pub struct Stream {
    pub status: u16,
    pub headers: HeaderMap,
    pub parser: Parser,
    /// The id of the last event that had one: what a browser would send when it comes back.
    pub cursor: String,
    response: Response,
    over: bool,
}

impl Stream {
    pub fn of(response: Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, parser: Parser::default(), cursor: String::new(), response, over: false }
    }

    /// The next event that tells nothing of receipts; `None` when the stream ends or breaks.
    pub async fn next_event(&mut self) -> Option<Event> {
        timeout(TIMEOUT, self.reads()).await.expect("an event, or the end")
    }

    /// The next event that tells nothing of receipts, without a deadline.
    pub async fn reads(&mut self) -> Option<Event> {
        loop {
            match self.reads_any().await {
                Some(event) if event.name == "receipts" => {}
                event => return event,
            }
        }
    }

    /// The next event of any kind; `None` when the stream ends or breaks.
    pub async fn next_of_any_kind(&mut self) -> Option<Event> {
        timeout(TIMEOUT, self.reads_any()).await.expect("an event, or the end")
    }

    async fn reads_any(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.parser.events.pop_front() {
                if let Some(id) = &event.id {
                    self.cursor.clone_from(id);
                }
                return Some(event);
            }
            if self.over {
                return None;
            }
            match self.response.chunk().await {
                Ok(Some(chunk)) => self.parser.feed(&chunk),
                Ok(None) | Err(_) => self.over = true,
            }
        }
    }

    /// The next event that is not a `ping`, which must have this name. Receipts come in between, and are passed over by
    /// whoever does not ask for them.
    pub async fn next(&mut self, name: &str) -> Event {
        let event = match name {
            "receipts" => self.next_but(&["ping"]).await,
            _ => self.next_but_ping().await,
        };
        let event = event.unwrap_or_else(|| panic!("the stream ended before `{name}`"));
        assert_eq!(event.name, name, "{event:?}");
        event
    }

    /// The next event of a post, be it new or changed.
    pub async fn next_news(&mut self) -> Event {
        let event = self.next_but_ping().await.expect("the stream goes on");
        assert!(["post", "change"].contains(&event.name.as_str()), "{event:?}");
        event
    }

    /// The next post's number.
    pub async fn next_post(&mut self) -> i64 {
        self.next("post").await.post()
    }

    /// The next posts, in order.
    pub async fn next_posts(&mut self, count: usize) -> Vec<i64> {
        let mut posts = Vec::new();
        while posts.len() < count {
            posts.push(self.next_post().await);
        }
        posts
    }

    /// Every post up to and including this one.
    pub async fn posts_until(&mut self, last: i64) -> Vec<i64> {
        let mut posts = vec![self.next_post().await];
        while posts.last() != Some(&last) {
            posts.push(self.next_post().await);
        }
        posts
    }

    /// The `hello` that every stream begins with.
    pub async fn says_hello(&mut self) -> Event {
        assert_eq!(self.status, 200, "{:?}", self.headers);
        self.next("hello").await
    }

    /// The reason in `bye`, after which nothing comes.
    pub async fn says_bye(&mut self) -> String {
        let bye = self.next("bye").await;
        assert_eq!(self.next_event().await, None, "nothing follows `bye`");
        bye.data["reason"].as_str().unwrap().to_owned()
    }

    /// Waits for the end of a stream that must say no event more.
    pub async fn ends(&mut self) {
        assert_eq!(self.next_but_ping().await, None);
    }

    async fn next_but_ping(&mut self) -> Option<Event> {
        self.next_but(&["ping", "receipts"]).await
    }

    async fn next_but(&mut self, passed_over: &[&str]) -> Option<Event> {
        // One deadline bounds all of it; pings would put off one for each event for ever.
        let waiting = async {
            loop {
                match self.reads_any().await {
                    Some(event) if passed_over.contains(&event.name.as_str()) => {}
                    event => return event,
                }
            }
        };
        timeout(TIMEOUT, waiting).await.expect("another event, or the end")
    }
}

/// A reader of server-sent events (WHATWG HTML, section 9.2.6), bytes in, events out.
#[derive(Debug, Default)]
pub struct Parser {
    pub events: VecDeque<Event>,
    pub retry: Option<u64>,
    pub comments: Vec<String>,
    line: Vec<u8>,
    id: Option<String>,
    name: String,
    data: Option<String>,
}

impl Parser {
    pub fn feed(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|&byte| byte == b'\n') {
            self.line.extend_from_slice(piece);
            if piece.ends_with(b"\n") {
                let line = String::from_utf8(std::mem::take(&mut self.line)).expect("a stream is UTF-8");
                let line = line.trim_end_matches('\n');
                let line = line.strip_suffix('\r').unwrap_or(line);
                // A lone CR ends a line as well.
                line.split('\r').for_each(|line| self.line(line));
            }
        }
    }

    fn line(&mut self, line: &str) {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" if line.is_empty() => self.dispatch(),
            "" => self.comments.push(value.to_owned()),
            "event" => value.clone_into(&mut self.name),
            "id" => self.id = Some(value.to_owned()),
            "retry" => self.retry = Some(value.parse().expect("milliseconds")),
            "data" => match &mut self.data {
                Some(data) => *data = format!("{data}\n{value}"),
                None => self.data = Some(value.to_owned()),
            },
            other => panic!("the server never sends the field {other:?}"),
        }
    }

    fn dispatch(&mut self) {
        let (id, name) = (self.id.take(), std::mem::take(&mut self.name));
        if let Some(data) = self.data.take() {
            let data = serde_json::from_str(&data).unwrap_or_else(|e| panic!("{e}: {data}"));
            self.events.push_back(Event { id, name, data });
        }
    }
}
