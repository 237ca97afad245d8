//! What clients ask of a server.

use std::io;

use super::{Kind, Server, durable_streams};
use crate::{crowd, transport::Transport};

/// For whom a post is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Everyone.
    Everyone,
    /// Only the second reader, `ann`.
    Ann,
}

/// Who opens a stream. Posts are by a third, who would get to see them all as their author.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Who has all streams but ann's.
    Crowd = 0,
    /// Whom posts for one person are for.
    Ann = 1,
}

impl Server {
    /// Asks for a stream, from after `last` on if that is given; of the crowd, for the one with this number.
    pub fn stream_request(&self, reader: Reader, number: usize, last: Option<&str>) -> io::Result<String> {
        let path = match self.kind {
            kind if kind.is_program() => "/api/v1/stream".to_owned(),
            Kind::DurableStreams => {
                format!("{}?live=sse&offset={}", durable_streams::STREAM, last.unwrap_or("now"))
            }
            _ => "/stream".to_owned(),
        };
        let last = last.filter(|_| self.kind != Kind::DurableStreams);
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let crowd = crowd::get()?;
        let who = match reader {
            Reader::Ann => &crowd.ann,
            Reader::Crowd => &crowd.others[number % crowd.others.len()],
        };
        let identity = match (self.kind, self.transport) {
            (kind, _) if kind.is_program() => who.token.clone(),
            (Kind::TidingsPages, Transport::Plain) => who.cookie.clone(),
            (Kind::TidingsPages, _) => who.cookie.replace("Cookie: ", "Cookie: __Host-"),
            _ => String::new(),
        };
        let address = self.address;
        let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n");
        Ok(format!("{head}{identity}{last}\r\n"))
    }

    /// Publishes a text.
    pub fn publish_request(&self, text: &str, whom: Whom) -> io::Result<String> {
        let (path, media_type, identity, body) = if self.kind == Kind::DurableStreams {
            (durable_streams::STREAM, "text/plain", "", text.to_owned())
        } else if self.kind.is_tidings() {
            let audience = if whom == Whom::Ann { r#"{"people":["ann"]}"# } else { r#""everyone""# };
            let body = format!(r#"{{"kind":"news","title":"News","body":"{text}","audience":{audience}}}"#);
            ("/api/v1/posts", "application/json", &*crowd::get()?.publisher.token, body)
        } else {
            ("/publish", "text/plain", "", text.to_owned())
        };
        let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\n{identity}", self.address);
        Ok(format!("{head}Content-Type: {media_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len()))
    }
}
