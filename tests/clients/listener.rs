//! What a client hears, however it was started.

use std::{any::Any, process::Stdio};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    sync::mpsc,
    time::timeout,
};

use crate::support::{Event, Parser, TIMEOUT};

/// A client that listens until it is dropped.
pub struct Listener {
    heard: mpsc::UnboundedReceiver<Event>,
    /// The id of the last event that had one.
    pub last_id: String,
    _client: Box<dyn Any + Send>,
}

impl Listener {
    /// A client that is a task or thing of this process, and sends on what it hears.
    pub fn new(heard: mpsc::UnboundedReceiver<Event>, client: impl Any + Send) -> Self {
        Self { heard, last_id: String::new(), _client: Box::new(client) }
    }

    /// A program that prints a line of JSON for each event.
    pub fn printing_json(command: Command) -> Self {
        let (child, out) = start(command);
        let (send, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut lines = BufReader::new(out).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                let _ = send.send(event_of(&serde_json::from_str(&line).unwrap()));
            }
        });
        Self::new(heard, child)
    }

    /// A program that prints what comes, as it comes.
    pub fn printing_the_wire(command: Command) -> Self {
        let (child, mut out) = start(command);
        let (send, heard) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let (mut parser, mut buffer) = (Parser::default(), [0; 4096]);
            while let Ok(count @ 1..) = out.read(&mut buffer).await {
                parser.feed(&buffer[..count]);
                parser.events.drain(..).for_each(|event| drop(send.send(event)));
            }
        });
        Self::new(heard, child)
    }

    /// The next event that is not a `ping`; `None` when the client has ended.
    pub async fn hears(&mut self) -> Option<Event> {
        loop {
            let event = timeout(TIMEOUT * 3, self.heard.recv()).await.expect("an event, or the end")?;
            if let Some(id) = event.id.clone().filter(|id| !id.is_empty()) {
                self.last_id = id;
            }
            if event.name != "ping" {
                return Some(event);
            }
        }
    }
}

/// An event as the scripts write it: the data is the text that came.
pub fn event_of(line: &Value) -> Event {
    Event {
        id: line["id"].as_str().map(str::to_owned),
        name: line["name"].as_str().unwrap().to_owned(),
        data: serde_json::from_str(line["data"].as_str().unwrap()).unwrap(),
    }
}

fn start(mut command: Command) -> (Child, ChildStdout) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let out = child.stdout.take().unwrap();
    (child, out)
}
