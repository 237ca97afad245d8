//! The loop that serves one stream: one cursor, for what was missed and what is new alike, so that there is
//! no hand-off between the two to get wrong.

use std::{convert::Infallible, io};

use bytes::{Buf, Bytes, BytesMut};
use sea_orm::DbErr;
use serde::Serialize;
use tokio::{
    net::TcpStream,
    time::{Duration, Instant},
};

use super::{
    Cursor, Log,
    event::{PostEvent, What},
    hub::Place,
    log::Pull,
    wire::{self, Farewell, Name},
};
use crate::{clock, db::Db};

/// A client that takes nothing for so long is cut.
const STALL: Duration = Duration::from_secs(30);

/// While the database is away, a stream that needs it asks again this often.
const DATABASE_AWAY: Duration = Duration::from_secs(1);

/// What one kind of client gets.
#[derive(Debug)]
pub struct Format<E> {
    /// Names the program that made the pages.
    pub build: &'static str,
    /// A client with more events to come than this is told to start over.
    pub most: Option<usize>,
    /// Writes a whole event, its id included; all streams of one format share what it returns.
    pub encode: E,
}

/// A stream that is ready to run: registered, its cursor looked at.
#[derive(Debug)]
pub struct Follower<E> {
    place: Place,
    log: Log,
    db: Db,
    format: Format<E>,
    cursor: Cursor,
    /// The id the client has: pings say it when the cursor has moved on.
    told: i64,
    greeting: Bytes,
}

/// How a stream came to its end.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The client is gone.
    Gone,
    /// The right to listen ended while the client was taking what it gets: `bye` is the next event.
    Bye(Farewell),
    /// It ended while a write was waiting, or the write waited too long: nothing may follow half an event.
    Cut,
}

#[derive(Serialize)]
struct Hello<'a> {
    head: String,
    server_time: String,
    build: &'a str,
    heartbeat: u64,
    resumed: bool,
}

impl<E: Fn(&Cursor, &PostEvent) -> Bytes> Follower<E> {
    /// Looks at the cursor that the client asked to go on from (absent and empty: the head). The caller has
    /// taken the place, and then read the right once more, so that no loss of rights falls between.
    ///
    /// # Errors
    /// Of the database, when it is needed to judge the cursor.
    pub async fn open(
        place: Place,
        log: Log,
        db: Db,
        asked: Option<&str>,
        format: Format<E>,
    ) -> Result<Self, DbErr> {
        let head = log.head();
        let asked = asked.filter(|text| !text.is_empty());
        let resumed = match asked {
            Some(text) => servable(&log, text, &place, format.most).await?,
            None => None,
        };
        let hello = Hello {
            head: head.to_string(),
            server_time: clock::rfc3339(clock::now_ms()),
            build: format.build,
            heartbeat: place.heartbeat().as_secs(),
            resumed: resumed.is_some(),
        };
        let must_reset = asked.is_some() && resumed.is_none();
        let cursor = resumed.unwrap_or(head);
        let mut greeting = BytesMut::from(&wire::retry(rand::random_range(1000..5000))[..]);
        greeting.extend_from_slice(&wire::event(Name::Hello, Some(&cursor), &hello));
        if must_reset {
            greeting.extend_from_slice(&reset(&cursor));
        }
        Ok(Self { told: cursor.id, greeting: greeting.freeze(), place, log, db, format, cursor })
    }

    /// Serves the stream on a socket that nobody else uses, `head` first, until the client goes or the right
    /// to listen ends.
    pub async fn run(mut self, socket: TcpStream, head: Bytes) {
        let Err(end) = self.serve(&socket, head).await;
        if let End::Bye(why) = end {
            let bye = wire::event(Name::Bye, None, &serde_json::json!({ "reason": why.as_str() }));
            // As much of it as the socket takes at once: a client that is behind is not waited for.
            let _ = socket.try_write(&bye);
        }
        tracing::debug!(user.id = self.place.user().0, ?end, "Stream ended");
    }

    async fn serve(&mut self, socket: &TcpStream, head: Bytes) -> Result<Infallible, End> {
        let greeting = std::mem::take(&mut self.greeting);
        self.deliver(socket, in_one(vec![head, greeting])).await?;
        loop {
            if let Some(why) = self.over().await {
                return Err(End::Bye(why));
            }
            let caught_up = match self.log.after(&self.cursor, self.place.user(), self.format.most).await {
                Ok(Pull::Events(events, through)) => {
                    let posts = events.iter().filter_map(|event| match &event.what {
                        What::Post(post) => Some((event.id, post)),
                        What::Rights(_) => None,
                    });
                    let frames: Vec<_> = posts
                        .map(|(id, post)| {
                            self.told = id;
                            (self.format.encode)(&Cursor { id, ..self.cursor.clone() }, post)
                        })
                        .collect();
                    self.cursor.id = through;
                    if !frames.is_empty() {
                        self.deliver(socket, in_one(frames)).await?;
                        continue;
                    }
                    true
                }
                Ok(Pull::Reset) => {
                    self.cursor = self.log.head();
                    self.told = self.cursor.id;
                    // On another timeline the loss of a right may have no event: the right is read again.
                    self.place.ends_at(0);
                    self.deliver(socket, reset(&self.cursor)).await?;
                    continue;
                }
                Err(error) => {
                    tracing::debug!(%error, "A stream waits for the database");
                    false
                }
            };
            if self.place.beat() {
                let id = (self.cursor.id > self.told).then_some(&self.cursor);
                let ping = wire::event(Name::Ping, id, &serde_json::json!({}));
                self.told = self.cursor.id;
                self.deliver(socket, ping).await?;
            }
            tokio::select! {
                () = self.place.woken() => {}
                () = hung_up(socket) => return Err(End::Gone),
                () = tokio::time::sleep(DATABASE_AWAY), if !caught_up => {}
            }
        }
    }

    /// Writes, as fast as the client takes it.
    async fn deliver(&self, socket: &TcpStream, mut frames: Bytes) -> Result<(), End> {
        let mut stalled = None;
        while !frames.is_empty() {
            match socket.try_write(&frames) {
                Ok(written) => {
                    frames.advance(written);
                    stalled = None;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let deadline = *stalled.get_or_insert_with(|| Instant::now() + STALL);
                    self.until_writable(socket, deadline).await?;
                }
                Err(_) => return Err(End::Gone),
            }
        }
        Ok(())
    }

    /// While a write waits, the end of the right to listen is still watched. Wake-ups taken here are not
    /// missed, since the loop pulls again after every write.
    async fn until_writable(&self, socket: &TcpStream, deadline: Instant) -> Result<(), End> {
        loop {
            tokio::select! {
                ready = socket.writable() => return ready.map_err(|_| End::Gone),
                () = self.place.woken() => {
                    if self.over().await.is_some() {
                        return Err(End::Cut);
                    }
                }
                () = tokio::time::sleep_until(deadline) => return Err(End::Cut),
            }
        }
    }

    /// Why the stream must end now, if it must.
    async fn over(&self) -> Option<Farewell> {
        if let Some(why) = self.place.farewell() {
            return Some(why);
        }
        if !self.place.is_expired() {
            return None;
        }
        // Boxed, as is what the log reads from the table: an idle stream holds no room for it.
        match Box::pin(self.place.right().ends_ms(&self.db.read)).await {
            Ok(Some(later)) => {
                self.place.ends_at(later);
                None
            }
            Ok(None) => Some(Farewell::Expired),
            Err(error) => {
                tracing::warn!(%error, "A right could not be looked up when its stream's time was over");
                Some(Farewell::Expired)
            }
        }
    }
}

/// Waits until the client closes, or sends anything more: it asked for a stream, and has nothing to add.
async fn hung_up(socket: &TcpStream) {
    loop {
        if socket.readable().await.is_err() {
            return;
        }
        match socket.try_read(&mut [0]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            _ => return,
        }
    }
}

/// The cursor to resume from, if the log can serve it.
async fn servable(
    log: &Log,
    asked: &str,
    place: &Place,
    most: Option<usize>,
) -> Result<Option<Cursor>, DbErr> {
    let Ok(cursor) = asked.parse::<Cursor>() else { return Ok(None) };
    let head = log.head();
    if cursor.epoch != head.epoch {
        return Ok(None);
    }
    // Ahead of memory it may still be right: the tail task is on its way. Ahead of the database it is not.
    if cursor.id > head.id && cursor.id > log.newest().await? {
        return Ok(None);
    }
    if let Some(most) = most
        && log.is_beyond(&cursor, place.user(), most).await?
    {
        return Ok(None);
    }
    match log.after(&cursor, place.user(), most).await? {
        Pull::Events(..) => Ok(Some(cursor)),
        Pull::Reset => Ok(None),
    }
}

fn reset(head: &Cursor) -> Bytes {
    wire::event(Name::Reset, Some(head), &serde_json::json!({ "head": head.to_string() }))
}

fn in_one(frames: Vec<Bytes>) -> Bytes {
    match <[Bytes; 1]>::try_from(frames) {
        // Not copied: every stream sends the same bytes.
        Ok([one]) => one,
        Err(frames) => frames.concat().into(),
    }
}
