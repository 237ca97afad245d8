//! `GET /stream`: the browser's stream.
//!
//! EventSource gives up for good on any answer but 200. So a refusal that will pass is a 200 that ends at
//! once, saying when to come back; only a visitor who has no session gets 204, which means: do not.

use bytes::Bytes;
use futures_util::stream;
use jiff::tz::TimeZone;
use poem::{
    Body, Response, handler,
    http::{HeaderMap, StatusCode, header},
    web::{Data, Query},
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    auth::{CurrentUser, Visitor},
    client::Client,
    csrf,
    cut::Cut,
    error::Error,
    post_view::{self, PostView},
};
use crate::{
    app::App,
    assets, clock,
    live::{
        Cursor,
        event::PostEvent,
        follow::Follower,
        wire::{self, Name},
    },
    posts::{Kind, Severity},
    session_store,
};

/// Where the client is, when it cannot say so in a header.
#[derive(Debug, Deserialize)]
pub struct Asked {
    after: Option<String>,
}

/// `GET /stream`.
#[handler]
pub async fn open(
    visitor: poem::Result<Visitor>,
    app: Data<&App>,
    format: Data<&PageStream>,
    cut: Option<Data<&Cut>>,
    client: Client,
    headers: &HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    if csrf::is_other_site(headers) {
        return Err(Error::OtherSite);
    }
    let Ok(visitor) = visitor else { return Ok(come_back("the session could not be looked up")) };
    let Some(current) = visitor.0 else { return Ok(StatusCode::NO_CONTENT.into()) };
    let cut = cut.map(|cut| cut.0.0.clone()).unwrap_or_default();
    let last_event_id =
        headers.get("last-event-id").map(|id| String::from_utf8_lossy(id.as_bytes()).into_owned());
    // A reconnect sends both; the header is the newer.
    let asked = last_event_id.or(asked.after);
    match start(&app, current, client, asked.as_deref(), format.clone(), cut).await {
        Ok(follower) => {
            let (out, frames) = mpsc::channel(1);
            app.tasks.spawn(follower.run(out));
            Ok(event_stream(Body::from_bytes_stream(stream::unfold(frames, |mut frames| async move {
                let frame = frames.recv().await?;
                Some((Ok::<_, std::io::Error>(frame), frames))
            }))))
        }
        Err(NotNow::SignedOut) => Ok(StatusCode::NO_CONTENT.into()),
        Err(NotNow::ComeBack(why)) => Ok(come_back(why)),
    }
}

/// Why there is no stream.
enum NotNow {
    SignedOut,
    ComeBack(&'static str),
}

async fn start(
    app: &App,
    current: CurrentUser,
    client: Client,
    asked: Option<&str>,
    format: PageStream,
    cut: CancellationToken,
) -> Result<Follower<impl Fn(&Cursor, &PostEvent) -> Bytes + use<>>, NotNow> {
    let away = |error| {
        tracing::warn!(%error, "A stream could not be opened: the database does not answer");
        NotNow::ComeBack("the database does not answer")
    };
    let user = current.user.user_id();
    let place = app.hub.register(user, current.session.clone(), client.0, i64::MAX).map_err(|refusal| {
        tracing::warn!(user.id = user.0, %refusal, "A stream was refused");
        NotNow::ComeBack("there is no room for another stream at the moment")
    })?;
    // Once more, now that the hub knows the stream: a right lost before this is seen here, one lost later
    // ends the stream.
    let expires = session_store::expiry(&app.db.read, &current.session).await.map_err(away)?;
    place.expires_at(expires.ok_or(NotNow::SignedOut)?);
    let (log, db) = (app.log.clone(), app.db.clone());
    let encode = move |cursor: &Cursor, post: &PostEvent| {
        post.page.get_or_init(|| format.encode(cursor, post)).clone()
    };
    Follower::open(place, log, db, asked, assets::build(), encode, cut).await.map_err(away)
}

/// Posts as pages get them: with the very HTML that the feed's list is made of.
#[derive(Clone, Debug)]
pub struct PageStream {
    zone: TimeZone,
}

#[derive(Serialize)]
struct PostData<'a> {
    event: String,
    post: i64,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    title: &'a str,
    url: String,
    published_at: String,
    html: String,
}

impl PageStream {
    /// Times are told in the app's zone.
    pub fn new(app: &App) -> Self {
        Self { zone: app.config.time_zone.clone() }
    }

    fn encode(&self, cursor: &Cursor, event: &PostEvent) -> Bytes {
        let post = &event.published.post;
        let html = PostView::of(&event.published, &self.zone).fragment().unwrap_or_else(|error| {
            tracing::error!(%error, post.id = post.id, "A post could not be rendered");
            String::new()
        });
        let data = PostData {
            event: cursor.to_string(),
            post: post.id,
            kind: post.kind,
            severity: post.severity,
            title: &post.title,
            url: post_view::address(post),
            published_at: clock::rfc3339(post.published_ms),
            html,
        };
        wire::event(Name::Post, Some(cursor), &data)
    }
}

fn come_back(why: &'static str) -> Response {
    let retry = wire::retry(rand::random_range(1000..5000));
    event_stream(Body::from([retry, wire::comment(why)].concat()))
}

fn event_stream(body: Body) -> Response {
    Response::builder()
        .content_type("text/event-stream; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-store, no-transform")
        // Read by nginx: hand on what comes as it comes.
        .header("X-Accel-Buffering", "no")
        .header(header::CONNECTION, "close")
        .body(body)
}
