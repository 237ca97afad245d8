//! Opening a stream, for pages and programs alike: the subscription in the hub, the right once more, the answer.

use std::sync::Arc;

use bytes::Bytes;
use poem::{Body, FromRequest, Request, RequestBody, Response, Result, http::header, web::Query};
use sea_orm::DbErr;
use serde::Deserialize;

use crate::{
    app::App,
    domain::rights,
    live::{
        hub,
        listeners::Listener,
        sse,
        stream::{source::Source, task::StreamTask},
    },
    server::takeover::Takeover,
    web::extract::client::Client,
};

pub mod page;
pub mod program;

/// What a request for a stream says beside who asks: where it comes from, and what it wants.
#[derive(Debug)]
pub struct StreamRequest {
    client: Client,
    cursor: Option<String>,
    /// The answer ends when everything is sent: for clients behind a proxy that hands on only whole answers.
    once: bool,
}

#[derive(Deserialize)]
struct Parameters {
    after: Option<String>,
    once: Option<String>,
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
        Ok(Self { client: Client::from_request(request, body).await?, cursor, once })
    }
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
    let Listener { user, right, ends_ms } = listener;
    let viewer = app.log.viewers().of(user);
    let subscription =
        app.hub.register(viewer, right, wanted.client.0, ends_ms).map_err(OpenError::Refused)?;
    // Once more, now that the hub knows the stream: a right lost before this is seen here, one lost later
    // ends the stream.
    if app.listeners.find(key).is_none() {
        let _permit = app.db.stream_permit().await;
        let ends_ms =
            rights::ends_ms(&app.db.read, subscription.right()).await.map_err(OpenError::Database)?;
        subscription.set_end_ms(ends_ms.ok_or(OpenError::RightLost)?);
    }
    let opened = StreamTask::open(source, subscription, wanted.cursor.as_deref(), wanted.once).await;
    let (task, greeting) = opened.map_err(OpenError::Database)?;
    let mut answer = answer(Body::empty());
    let run = move |sink, head: Bytes| task.run(sink, [head, greeting].concat().into());
    answer.extensions_mut().insert(Takeover::new(run));
    Ok(answer)
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
