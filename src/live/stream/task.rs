//! The task of one stream: it opens the stream, and does whatever has to be waited for (a slow client, the table, the
//! end). In between it sleeps, and the hub delivers what is new through the same reader with the same cursor: there is
//! no hand-off between what was missed and what is new.
//!
//! Thousands of these are idle at any time, so what one of them holds while it waits is kept small: whatever is
//! rare is boxed when it is needed.

use std::{future::poll_fn, sync::Arc};

use bytes::{Bytes, BytesMut};
use sea_orm::DbErr;
use serde::Serialize;
use tokio::time::{Duration, Instant, sleep};

use crate::{
    clock,
    live::{
        Cursor,
        hub::{Subscription, Wake},
        sse::{self, Farewell, Name},
        state::watch::Watching,
        stream::{
            reader::{Blocked, Reader},
            sink::Sink,
            source::Source,
        },
    },
};

/// A client that takes nothing for so long is cut.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A slow client is offered more this often, though the system has not said that it takes more: it says so only when
/// there is plenty of room.
const WRITE_RETRY_INTERVAL: Duration = Duration::from_secs(10);

/// While the database is away, a stream that needs it asks again this often.
const DATABASE_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// A stream that is ready to run: registered, its cursor looked at.
#[derive(Debug)]
pub struct StreamTask {
    source: Arc<Source>,
    subscription: Subscription,
    cursor: Cursor,
    once: bool,
}

/// How a stream came to its end.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The client is gone.
    Gone,
    /// It has everything, and asked for no more.
    Sent,
    /// The right to listen ended while the client was taking what it gets: `bye` was the last event.
    Bye,
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
    /// By which the client may have another stream take its place.
    stream: String,
}

impl StreamTask {
    /// Opens a stream at the cursor that the client asked to go on from (absent: the head), and returns it with its
    /// first bytes. With `once`, it ends when everything is sent. The caller has registered the stream, and then looked
    /// its right up once more, so that no loss of rights falls between.
    ///
    /// # Errors
    /// Of the database, when it is needed to judge the cursor.
    pub async fn open(
        source: Arc<Source>,
        subscription: Subscription,
        requested: Option<&str>,
        once: bool,
    ) -> Result<(Self, Bytes), DbErr> {
        // After it was registered, and told of: what changes from here on comes to it by the log.
        source.log.read_viewer(subscription.viewer()).await?;
        if !subscription.boards().is_empty() {
            // The page may show what memory has not heard of yet; where that cannot be found out, it is told later.
            let _ = Box::pin(source.state.catch_up()).await;
        }
        let requested = requested.map(str::parse::<Cursor>);
        let mut head = source.log.head();
        // Memory may not have what was acknowledged just now, which is no news to who begins here, and must not be
        // missing for who asks once.
        if requested.is_none() || once {
            head = Box::pin(source.log.fresh_head()).await.unwrap_or(head);
        }
        let resumed = match &requested {
            Some(Ok(cursor)) => {
                head = head.in_form_of(cursor);
                is_servable(&source, cursor, &subscription).await?
            }
            _ => false,
        };
        head = source.log.in_client_form(head);
        let hello = Hello {
            head: head.to_string(),
            server_time: clock::rfc3339(clock::now_ms()),
            build: source.build,
            heartbeat: subscription.heartbeat().as_secs(),
            resumed,
            stream: subscription.id().to_string(),
        };
        let must_reset = requested.is_some() && !resumed;
        let cursor = requested.and_then(Result::ok).filter(|_| resumed).unwrap_or(head);
        let cursor = source.log.in_client_form(cursor);
        let mut greeting = BytesMut::from(&sse::retry(rand::random_range(1000..5000))[..]);
        greeting.extend_from_slice(&sse::event(Name::Hello, Some(&cursor), &hello));
        if must_reset {
            greeting.extend_from_slice(&sse::reset(&cursor));
        }
        Ok((Self { source, subscription, cursor, once }, greeting.freeze()))
    }

    /// Serves the stream through this sink until the client goes or the right to listen ends. `first` goes out
    /// together with what the client missed.
    pub fn run(self, sink: Sink, first: Bytes) -> impl Future<Output = ()> + Send + use<> {
        let Self { source, subscription, cursor, once } = self;
        let watching = Watching::of(subscription.boards().iter().map(|board| &**board));
        let mut reader = Reader::new(source, sink, cursor, first).watching(watching);
        if subscription.farewell().is_none() {
            reader.join_backlog(subscription.viewer());
        }
        subscription.begin(reader);
        serve(subscription, once)
    }
}

/// Works for the stream whenever it is woken, until the stream ends.
async fn serve(subscription: Subscription, once: bool) {
    let end = loop {
        match poll_fn(|cx| subscription.poll_wake(cx)).await {
            Wake::HungUp => break End::Gone,
            Wake::Work => {
                if let Err(end) = Box::pin(work(&subscription, once)).await {
                    break end;
                }
            }
        }
    };
    tracing::debug!(listener = %subscription.listener(), ?end, "Stream ended");
}

/// Does what has to be waited for, until the client has everything, or the stream ends.
async fn work(subscription: &Subscription, once: bool) -> Result<(), End> {
    let Some(mut reader) = subscription.take_reader() else { return Err(End::Gone) };
    loop {
        if let Some(why) = why_to_end(subscription, &reader).await {
            if why != Farewell::Replaced {
                say_bye(reader, why);
            }
            return Err(End::Bye);
        }
        match reader.advance(subscription.viewer()) {
            // What is not taken at once is found when it is to advance.
            Ok(()) if subscription.take_beat() => drop(reader.ping()),
            Ok(()) if once => return Err(End::Sent),
            Ok(()) => match subscription.put_back(reader) {
                Ok(()) => return Ok(()),
                Err(woken) => reader = woken,
            },
            Err(Blocked::SlowClient) => write_slowly(subscription, &mut reader).await?,
            Err(Blocked::NeedsTable) => match reader.pull_from_table(subscription.viewer()).await {
                Ok(Ok(())) => {}
                Ok(Err(_)) => start_over(subscription, &mut reader),
                Err(error) => {
                    tracing::debug!(%error, "A stream waits for the database");
                    wait_for_database(subscription, &mut reader).await?;
                }
            },
            Err(Blocked::NeedsReceipts) => {
                if let Err(error) = Box::pin(reader.pull_receipts(subscription.viewer())).await {
                    tracing::debug!(%error, "A stream waits for the database");
                    wait_for_database(subscription, &mut reader).await?;
                }
            }
            Err(Blocked::NeedsRosters) => {
                if let Err(error) =
                    Box::pin(reader.pull_rosters(subscription.viewer(), subscription.right())).await
                {
                    tracing::debug!(%error, "A stream waits for the database");
                    wait_for_database(subscription, &mut reader).await?;
                }
            }
            Err(Blocked::NeedsReset) => start_over(subscription, &mut reader),
            Err(Blocked::ClientGone) => return Err(End::Gone),
        }
    }
}

/// On another timeline the loss of a right may have no event: it is read again. What is not taken now goes with the next turn.
fn start_over(subscription: &Subscription, reader: &mut Reader) {
    reader.reset();
    let _ = reader.flush();
    subscription.set_end_ms(0);
}

fn say_bye(reader: Reader, why: Farewell) {
    // Those who leave together do not come back together.
    let retry = sse::retry(rand::random_range(1000..5000));
    let bye = sse::event(Name::Bye, None, &serde_json::json!({ "reason": why.as_str() }));
    reader.finish([retry, bye].concat().into());
}

async fn wait_for_database(subscription: &Subscription, reader: &mut Reader) -> Result<(), End> {
    if subscription.take_beat() {
        // What is not taken now goes with the next turn, and so it is found out that a client is gone.
        let _ = reader.ping();
        return Ok(());
    }
    tokio::select! {
        () = poll_fn(|cx| reader.poll_hung_up(cx)) => Err(End::Gone),
        () = poll_fn(|cx| subscription.poll_end(cx)) => Ok(()),
        () = sleep(DATABASE_RETRY_INTERVAL) => Ok(()),
    }
}

/// Writes as fast as the client takes it. Meanwhile the end of the right to listen is still watched, and news
/// wait: whoever has written advances.
async fn write_slowly(subscription: &Subscription, reader: &mut Reader) -> Result<(), End> {
    reader.extend_timeout();
    let mut last_progress = Instant::now();
    loop {
        tokio::select! {
            ready = poll_fn(|cx| reader.poll_write_ready(cx)) => ready.map_err(|_| End::Gone)?,
            () = poll_fn(|cx| subscription.poll_end(cx)) => {
                let Some(_) = why_to_end(subscription, reader).await else { continue };
                return if reader.can_finish() { Ok(()) } else { Err(End::Cut) };
            }
            () = sleep(WRITE_RETRY_INTERVAL) => {}
        }
        let unsent = reader.unsent_len();
        match reader.flush() {
            Ok(()) => return Ok(()),
            Err(Blocked::SlowClient) if reader.unsent_len() < unsent => last_progress = Instant::now(),
            Err(Blocked::SlowClient) if last_progress.elapsed() >= STALL_TIMEOUT => return Err(End::Cut),
            Err(Blocked::SlowClient) => {}
            Err(_) => return Err(End::Gone),
        }
    }
}

/// Why the stream must end now; `None` if it may go on.
async fn why_to_end(subscription: &Subscription, reader: &Reader) -> Option<Farewell> {
    match subscription.farewell() {
        // What ends accounts may come a moment before the stream's own clock: its time was over all the same.
        Some(Farewell::Revoked) if subscription.is_past_its_end() => return Some(Farewell::Expired),
        Some(why) => return Some(why),
        None => {}
    }
    if !subscription.is_expired() {
        return None;
    }
    Box::pin(look_up_right(subscription, reader.source())).await
}

/// The right's time is over, as far as it is known here; it may have been used meanwhile.
async fn look_up_right(subscription: &Subscription, source: &Source) -> Option<Farewell> {
    match (source.right_end)(subscription.right()).await {
        Ok(Some(later)) => {
            subscription.set_end_ms(later);
            None
        }
        Ok(None) => Some(Farewell::Expired),
        Err(error) => {
            tracing::warn!(%error, "A right could not be looked up when its stream's time was over");
            Some(Farewell::Expired)
        }
    }
}

/// Whether the log can serve a cursor.
async fn is_servable(source: &Source, cursor: &Cursor, subscription: &Subscription) -> Result<bool, DbErr> {
    let Source { log, max_backlog, .. } = source;
    let head = log.head();
    if cursor.epoch != head.epoch {
        return Ok(false);
    }
    // Ahead of memory it may still be right: the tail task is on its way. Ahead of the table it is not.
    if cursor.id > head.id {
        let fresh = Box::pin(log.fresh_head()).await?;
        if cursor.epoch != fresh.epoch || cursor.id > fresh.id {
            return Ok(false);
        }
    }
    log.serves(cursor, subscription.viewer(), *max_backlog).await
}
