//! Following: reads a stream's events one by one, and goes on after the last one when the server was away.

use std::{
    io::{self, BufRead, BufReader, Read},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use serde_json::Value;
use ureq::http::StatusCode;

use crate::cli::client::{Client, ClientError, refusal, retry_delay};

/// Until the server says how often its streams beat.
const DEFAULT_HEARTBEAT_INTERVAL: Duration = Duration::from_secs(15);

/// One event of a stream, as it was sent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Event {
    id: String,
    name: String,
    data: String,
}

impl Client {
    /// Listens for ever, calling `tell` with every post once, in order; `after` is the last id that was seen.
    ///
    /// # Errors
    /// When the server refuses the token, or a post could not be told. A server that is away is waited for.
    pub(crate) fn follow(
        &self,
        mut after: Option<String>,
        mut tell: impl FnMut(&Value) -> io::Result<()>,
    ) -> Result<(), ClientError> {
        let mut failures = 0;
        loop {
            match self.follow_once(&mut after, &mut tell, &mut failures) {
                Err(ClientError::Unavailable(why)) => tracing::info!(why, "Not connected"),
                Err(failure) => return Err(failure),
                Ok(()) => {}
            }
            failures += 1;
            thread::sleep(retry_delay(failures));
        }
    }

    fn follow_once(
        &self,
        after: &mut Option<String>,
        tell: &mut impl FnMut(&Value) -> io::Result<()>,
        failures: &mut u32,
    ) -> Result<(), ClientError> {
        let mut request = self.agent.get(format!("{}/api/v1/stream", self.server));
        request = request.header("Authorization", self.bearer());
        if let Some(id) = after.as_deref() {
            request = request.header("Last-Event-ID", id);
        }
        let mut answer = request.call().map_err(|error| self.unreached(&error))?;
        if answer.status() != StatusCode::OK {
            let body = answer.body_mut().read_to_string().unwrap_or_default();
            return Err(refusal(answer.status(), &serde_json::from_str(&body).unwrap_or_default()));
        }
        let events = read_in_thread(answer.into_body().into_reader());
        let mut heartbeat = DEFAULT_HEARTBEAT_INTERVAL;
        loop {
            // Silence for two and a half heartbeats means that the server is gone, whatever the socket says.
            let event = match events.recv_timeout(heartbeat * 5 / 2) {
                Ok(event) => event,
                Err(RecvTimeoutError::Timeout) => {
                    return Err(ClientError::Unavailable("the stream fell silent".into()));
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if !event.id.is_empty() {
                *after = Some(event.id);
            }
            let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
            match event.name.as_str() {
                "hello" => {
                    *failures = 0;
                    heartbeat = Duration::from_secs(data["heartbeat"].as_u64().unwrap_or(15).max(1));
                }
                "post" => tell(&data)?,
                "reset" => tracing::warn!(
                    "The log cannot be followed from where this left off: posts may be missing here"
                ),
                _ => {}
            }
        }
    }
}

/// Reads events on a thread of its own, which ends with the connection: a read has no deadline.
fn read_in_thread(body: impl Read + Send + 'static) -> mpsc::Receiver<Event> {
    let (send, events) = mpsc::sync_channel(16);
    thread::spawn(move || {
        let mut lines = BufReader::new(body).lines();
        while let Some(event) = next_event(&mut lines) {
            if send.send(event).is_err() {
                break;
            }
        }
    });
    events
}

/// The next event that has data (WHATWG HTML, section 9.2.6; our server sends one data line each).
fn next_event(lines: &mut impl Iterator<Item = io::Result<String>>) -> Option<Event> {
    let mut event = Event::default();
    loop {
        let line = lines.next()?.ok()?;
        if line.is_empty() {
            if !event.data.is_empty() {
                return Some(event);
            }
            event = Event::default();
            continue;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match field {
            "id" => event.id = value,
            "event" => event.name = value,
            "data" => event.data = value,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_and_comments_are_not() {
        let sent = "retry: 5\n\n: hello\n\nid: e-1\nevent: post\ndata: {\"a\":1}\n\nevent: ping\ndata: {}\n\nid: cut";
        let mut lines = sent.lines().map(|line| Ok(line.to_owned()));

        let post = Event { id: "e-1".into(), name: "post".into(), data: "{\"a\":1}".into() };
        assert_eq!(next_event(&mut lines), Some(post));
        assert_eq!(next_event(&mut lines).map(|event| event.name), Some("ping".into()));
        assert_eq!(next_event(&mut lines), None);
    }
}
