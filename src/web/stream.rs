//! Opening a stream, for pages and programs alike: the subscription in the hub, the right once more, the answer.

use std::sync::Arc;

use bytes::Bytes;
use poem::{
    Body, FromRequest, Request, RequestBody, Response, Result,
    http::{StatusCode, header},
    web::Query,
};
use sea_orm::DbErr;
use serde::Deserialize;

use crate::{
    app::App,
    domain::rights,
    ids::ListenerId,
    live::{
        hub::{self, StreamId},
        listeners::Listener,
        sse,
        state::watch::{MAX_WATCHED, ROSTER},
        stream::{source::Source, task::StreamTask},
    },
    server::takeover::Takeover,
    web::extract::client::Client,
};

mod by_language;
mod gone;
pub mod page;
pub mod program;
mod receipts;
mod roster;
pub mod wall;

/// What a program watches to be told what its person has read; a page is told in any case.
const RECEIPTS: &str = "receipts";

/// What a request for a stream says beside who asks: where it comes from, and what it wants.
#[derive(Debug)]
pub struct StreamRequest {
    client: Client,
    cursor: Option<String>,
    /// The answer ends when everything is sent: for clients behind a proxy that hands on only whole answers.
    once: bool,
    /// The boards and rosters that are watched.
    boards: Box<[Box<str>]>,
    /// Whether a program wants to be told what its person has read.
    receipts: bool,
    /// The stream that this one takes the place of.
    instead: Option<StreamId>,
}

#[derive(Deserialize)]
struct Parameters {
    after: Option<String>,
    once: Option<String>,
    watch: Option<String>,
    instead: Option<String>,
}

/// Why there is no stream.
#[derive(Debug)]
pub enum OpenError {
    /// The right to listen is gone.
    RightLost,
    /// The hub has no subscription.
    Refused(hub::NoRoom),
    /// The database does not answer.
    Database(DbErr),
}

impl<'a> FromRequest<'a> for StreamRequest {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let Query(parameters) = Query::<Parameters>::from_request(request, body).await?;
        let header = request.headers().get("last-event-id");
        let header = header.map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
        // A reconnect sends both; the header is the newer. Empty, it says that there is none (WHATWG HTML, section
        // 9.2.4).
        let cursor = [header, parameters.after].into_iter().flatten().find(|text| !text.is_empty());
        let once = parameters.once.as_deref() == Some("1");
        let watch = parameters.watch.as_deref().unwrap_or_default();
        let (boards, receipts) = (boards(watch), watch.split(',').any(|name| name.trim() == RECEIPTS));
        let instead = parameters.instead.and_then(|id| id.parse().ok());
        let client = Client::from_request(request, body).await?;
        Ok(Self { client, cursor, once, boards, receipts, instead })
    }
}

/// The boards and rosters among what is to be watched. What this build does not know, and more than may be, is passed over.
fn boards(watch: &str) -> Box<[Box<str>]> {
    let named = |name: &str| {
        let board = name.strip_prefix("board:").filter(|board| !board.contains(':'));
        let post = name.strip_prefix(ROSTER).and_then(|post| post.parse::<i64>().ok());
        post.map(|post| format!("{ROSTER}{post}")).or_else(|| board.map(str::to_owned))
    };
    let names = watch.split(',').take(MAX_WATCHED).filter_map(|name| named(name.trim()));
    names.map(Into::into).collect()
}

/// Opens a stream for a listener, known by `key`, and answers with it.
///
/// # Errors
/// Why there is none.
pub async fn start(
    app: &App,
    key: &str,
    listener: Listener,
    wanted: StreamRequest,
    source: Arc<Source>,
) -> Result<Response, OpenError> {
    let Listener { id, right, ends_ms } = listener;
    let StreamRequest { client: Client(address), cursor, once, boards, instead, .. } = wanted;
    let subscription = loop {
        let viewer = app.log.viewers().of(id);
        let (right, boards) = (right.clone(), boards.clone());
        let request = hub::Request { viewer: viewer.clone(), right, address, ends_ms, boards, instead };
        let subscription = app.hub.register(request).map_err(OpenError::Refused)?;
        // What they may see may have changed in between: the hub did not know the stream yet, and has not ended it.
        if app.log.viewers().knows(&viewer) {
            break subscription;
        }
    };
    // Once more, now that the hub knows the stream: a right lost before this is seen here, one lost later
    // ends the stream.
    if app.listeners.find(key).is_none() {
        let _permit = app.db.stream_permit().await;
        let ends_ms =
            rights::ends_ms(&app.db.read, subscription.right()).await.map_err(OpenError::Database)?;
        subscription.set_end_ms(ends_ms.ok_or(OpenError::RightLost)?);
    }
    let opened = StreamTask::open(source, subscription, cursor.as_deref(), once).await;
    let (task, greeting) = opened.map_err(OpenError::Database)?;
    let mut answer = answer(Body::empty());
    let run = move |sink, head: Bytes| task.run(sink, [head, greeting].concat().into());
    answer.extensions_mut().insert(Takeover::new(run));
    Ok(answer)
}

/// The answer to who follows with EventSource, which gives up for good on any answer but 200: so a refusal that will pass
/// is a 200 that ends at once, and 204 means not to come back.
pub fn to_event_source(opened: Result<Response, OpenError>, id: ListenerId) -> Response {
    match opened {
        Ok(answer) => answer,
        Err(OpenError::RightLost) => StatusCode::NO_CONTENT.into(),
        Err(OpenError::Refused(refusal)) => {
            tracing::warn!(listener = %id, %refusal, "A stream was refused");
            retry_later("there is no room for another stream at the moment")
        }
        Err(OpenError::Database(error)) => {
            tracing::warn!(listener = %id, %error, "A stream could not be opened");
            retry_later("the database does not answer")
        }
    }
}

/// A stream that ends at once, saying when to come back: what EventSource takes for a passing refusal.
pub fn retry_later(why: &'static str) -> Response {
    let retry = sse::retry(rand::random_range(1000..5000));
    answer(Body::from([retry, sse::comment(why)].concat()))
}

fn answer(body: Body) -> Response {
    Response::builder()
        .content_type("text/event-stream; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store, no-transform")
        // Read by nginx: hand on what comes as it comes.
        .header("X-Accel-Buffering", "no")
        .header(header::CONNECTION, "close")
        .body(body)
}
