//! The loop that serves one stream: one cursor, for what was missed and what is new alike, so that there is
//! no hand-off between the two to get wrong.
//!
//! Thousands of these are idle at any time, so what one of them holds while it waits is kept small: whatever
//! is rare (the table, a slow client) is boxed when it is needed, and what all share stands in `Source`.

use std::{
    convert::Infallible,
    fmt,
    future::poll_fn,
    io,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::{Bytes, BytesMut};
use sea_orm::DbErr;
use serde::Serialize;
use tokio::time::{Duration, Instant, sleep, sleep_until};

use super::{
    Cursor, Log,
    event::{PostEvent, What},
    given::{Given, Spot},
    hub::Place,
    log::Pull,
    outlet::Outlet,
    wire::{self, Farewell, Name},
};
use crate::{clock, db::Db};

/// A client that takes nothing for so long is cut.
const STALL: Duration = Duration::from_secs(30);

/// While the database is away, a stream that needs it asks again this often.
const DATABASE_AWAY: Duration = Duration::from_secs(1);

/// Writes a whole event, its id included; all streams of one source share what it returns.
pub type Encode = Box<dyn Fn(&Cursor, &PostEvent) -> Bytes + Send + Sync>;

/// What all streams of one kind have in common.
pub struct Source {
    /// Where the events are.
    pub log: Log,
    /// Where the rights are.
    pub db: Db,
    /// Names the program that made the pages.
    pub build: &'static str,
    /// A client with more events to come than this is told to start over.
    pub most: Option<usize>,
    /// How an event looks to this kind of client.
    pub encode: Encode,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("most", &self.most).finish_non_exhaustive()
    }
}

/// A stream that is ready to run: registered, its cursor looked at.
#[derive(Debug)]
pub struct Follower {
    source: Arc<Source>,
    place: Place,
    cursor: Cursor,
    /// The id the client has: pings say it when the cursor has moved on.
    told: i64,
    /// The state of the log in which this stream had everything.
    seen: u64,
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

impl Follower {
    /// Looks at the cursor that the client asked to go on from (absent and empty: the head); the stream, and
    /// what it begins with. The caller has taken the place, and then asked for the right once more, so that no
    /// loss of rights falls between.
    ///
    /// # Errors
    /// Of the database, when it is needed to judge the cursor.
    pub async fn open(
        source: Arc<Source>,
        place: Place,
        asked: Option<&str>,
    ) -> Result<(Self, Bytes), DbErr> {
        let asked = asked.filter(|text| !text.is_empty());
        let (head, resumed) = match asked {
            Some(text) => (source.log.head(), servable(&source, text, &place).await?),
            // Memory may not have what was acknowledged just now, which is no news to who begins here.
            None => (Box::pin(source.log.fresh_head()).await.unwrap_or_else(|_| source.log.head()), None),
        };
        let hello = Hello {
            head: head.to_string(),
            server_time: clock::rfc3339(clock::now_ms()),
            build: source.build,
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
        Ok((Self { source, place, told: cursor.id, cursor, seen: 0 }, greeting.freeze()))
    }

    /// Serves the stream through an outlet that nobody else uses, until the client goes or the right to listen
    /// ends. `first` goes out together with what the client missed.
    pub async fn run(mut self, outlet: Outlet, first: Bytes) {
        let Err(end) = self.serve(&outlet, first).await;
        if let End::Bye(why) = end {
            // Those who leave together do not come back together.
            let retry = wire::retry(rand::random_range(1000..5000));
            let bye = wire::event(Name::Bye, None, &serde_json::json!({ "reason": why.as_str() }));
            // As much of it as is taken at once: a client that is behind is not waited for.
            let _ = outlet.write(&mut in_one(vec![retry, bye]));
        }
        tracing::debug!(user.id = self.place.user().0, ?end, "Stream ended");
    }

    async fn serve(&mut self, outlet: &Outlet, first: Bytes) -> Result<Infallible, End> {
        // What is at hand goes along; the table is not waited for.
        let missed = if self.place.farewell().is_none() { self.pull_from_memory() } else { None };
        let mut pending = in_one([first].into_iter().chain(missed).collect());
        loop {
            self.send(outlet, pending).await?;
            pending = self.next(outlet).await?;
        }
    }

    /// Sends, and lets go of what was sent: even an empty rest would keep all that it was a part of.
    async fn send(&self, outlet: &Outlet, mut frames: Bytes) -> Result<(), End> {
        match outlet.write(&mut frames) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Box::pin(self.write_slowly(outlet, frames)).await
            }
            Err(_) => Err(End::Gone),
        }
    }

    /// What is to be sent next; waits until there is something.
    async fn next(&mut self, outlet: &Outlet) -> Result<Bytes, End> {
        loop {
            if let Some(why) = self.over().await {
                return Err(End::Bye(why));
            }
            let is_away = match self.pull().await {
                Ok(Some(frames)) => return Ok(frames),
                Ok(None) => false,
                Err(error) => {
                    tracing::debug!(%error, "A stream waits for the database");
                    true
                }
            };
            if self.place.beat() {
                return Ok(self.ping());
            }
            if is_away {
                Box::pin(self.wait_for_database(outlet)).await?;
            } else {
                poll_fn(|cx| self.poll_idle(outlet, cx)).await?;
            }
        }
    }

    /// The events after the cursor, as many as one pull takes, or a reset; `None` when there is nothing.
    async fn pull(&mut self) -> Result<Option<Bytes>, DbErr> {
        let changes = self.source.log.changes();
        if changes == self.seen {
            return Ok(None);
        }
        if let Some(given) = Given::find(&self.source, &self.cursor, changes) {
            return Ok(self.take_given(given, changes));
        }
        let Source { log, most, .. } = &*self.source;
        let pull = log.after(&self.cursor, self.place.user(), *most).await?;
        Ok(self.take(pull, changes))
    }

    fn pull_from_memory(&mut self) -> Option<Bytes> {
        let changes = self.source.log.changes();
        if let Some(given) = Given::find(&self.source, &self.cursor, changes) {
            return self.take_given(given, changes);
        }
        let Source { log, most, .. } = &*self.source;
        let pull = log.after_in_memory(&self.cursor, self.place.user(), *most)?;
        self.take(pull, changes)
    }

    /// Moves the cursor over what was pulled while the log's count of changes was `changes`.
    fn take(&mut self, pull: Pull, changes: u64) -> Option<Bytes> {
        let Pull::Events { events, through, is_all, is_common } = pull else {
            self.cursor = self.source.log.head();
            self.told = self.cursor.id;
            // On another timeline the loss of a right may have no event: the right is read again.
            self.place.ends_at(0);
            return Some(reset(&self.cursor));
        };
        let spot = (is_all && is_common).then(|| Spot::new(&self.source, &self.cursor, changes));
        let mut frames = Vec::with_capacity(events.len());
        for event in &events {
            if let What::Post(post) = &event.what {
                self.cursor.id = event.id;
                self.told = event.id;
                frames.push((self.source.encode)(&self.cursor, post));
            }
        }
        self.cursor.id = through;
        if is_all {
            self.seen = changes;
        }
        let frames = (!frames.is_empty()).then(|| in_one(frames));
        if let Some(spot) = spot {
            Given { frames: frames.clone(), told: self.told, through }.keep(spot);
        }
        frames
    }

    fn take_given(&mut self, given: Given, changes: u64) -> Option<Bytes> {
        self.seen = changes;
        self.cursor.id = given.through;
        if given.frames.is_some() {
            self.told = given.told;
        }
        given.frames
    }

    fn ping(&mut self) -> Bytes {
        let id = (self.cursor.id > self.told).then_some(&self.cursor);
        self.told = self.cursor.id;
        wire::event(Name::Ping, id, &serde_json::json!({}))
    }

    /// Waits for a wake-up, or for the client to go.
    fn poll_idle(&self, outlet: &Outlet, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        if self.place.poll_news(cx).is_ready() {
            return Poll::Ready(Ok(()));
        }
        outlet.poll_hung_up(cx).map(|()| Err(End::Gone))
    }

    async fn wait_for_database(&self, outlet: &Outlet) -> Result<(), End> {
        tokio::select! {
            woken = poll_fn(|cx| self.poll_idle(outlet, cx)) => woken,
            () = sleep(DATABASE_AWAY) => Ok(()),
        }
    }

    /// Writes as fast as the client takes it. Meanwhile the end of the right to listen is still watched, and
    /// news wait: a pull follows every write.
    async fn write_slowly(&self, outlet: &Outlet, mut frames: Bytes) -> Result<(), End> {
        loop {
            let deadline = Instant::now() + STALL;
            let length = frames.len();
            while frames.len() == length {
                tokio::select! {
                    ready = poll_fn(|cx| outlet.poll_write_ready(cx)) => ready.map_err(|_| End::Gone)?,
                    () = poll_fn(|cx| self.place.poll_end(cx)) => {
                        if self.over().await.is_some() {
                            return Err(End::Cut);
                        }
                        continue;
                    }
                    () = sleep_until(deadline) => return Err(End::Cut),
                }
                match outlet.write(&mut frames) {
                    Ok(()) => return Ok(()),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => return Err(End::Gone),
                }
            }
        }
    }

    /// Why the stream must end now, if it must.
    async fn over(&self) -> Option<Farewell> {
        if let Some(why) = self.place.farewell() {
            return Some(why);
        }
        if !self.place.is_over() {
            return None;
        }
        Box::pin(self.ask_again()).await
    }

    /// The right's time is over, as far as it is known here; it may have been used meanwhile.
    async fn ask_again(&self) -> Option<Farewell> {
        let db = &self.source.db;
        let _seat = db.seat().await;
        match self.place.right().ends_ms(&db.read).await {
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

/// The cursor to resume from, if the log can serve it.
async fn servable(source: &Source, asked: &str, place: &Place) -> Result<Option<Cursor>, DbErr> {
    let Source { log, most, .. } = source;
    let Ok(cursor) = asked.parse::<Cursor>() else { return Ok(None) };
    let head = log.head();
    if cursor.epoch != head.epoch {
        return Ok(None);
    }
    // Ahead of memory it may still be right: the tail task is on its way. Ahead of the table it is not.
    if cursor.id > head.id {
        let fresh = Box::pin(log.fresh_head()).await?;
        if cursor.epoch != fresh.epoch || cursor.id > fresh.id {
            return Ok(None);
        }
    }
    Ok(log.serves(&cursor, place.user(), *most).await?.then_some(cursor))
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
