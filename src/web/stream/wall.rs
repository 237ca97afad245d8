//! `GET /walls/{id}/stream`: the stream of a screen on a wall. It tells of one board, and of critical posts that go on, as
//! far as the link has them shown: their title and text, and nobody's name.

use bytes::Bytes;
use jiff::tz::TimeZone;
use poem::{
    Response, handler,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    web::Data,
};
use serde::Serialize;

use crate::{
    app::App,
    domain::{
        boards,
        posts::{Kind, Published},
        walls,
    },
    ids::ListenerId,
    live::{
        Cursor,
        event::{Change, Format},
        listeners::Listener,
        sse,
    },
    web::{
        error::Error,
        extract::wall::{self, WallListener},
        middleware::csrf,
        stream::{
            self, OpenError, StreamRequest,
            by_language::{self, ByLanguage},
        },
        views::{card, wall_post::WallPost},
    },
};

/// `GET /walls/{id}/stream`.
#[handler]
pub async fn open(
    listener: poem::Result<WallListener>,
    app: Data<&App>,
    stream: Data<&WallStream>,
    headers: &HeaderMap,
    wanted: StreamRequest,
) -> Result<Response, Error> {
    if csrf::is_other_site(headers) {
        return Err(Error::OtherSite);
    }
    let Ok(listener) = listener else { return Ok(stream::retry_later("the wall could not be looked up")) };
    let Some((key, listener, cookie)) = listener.0 else { return Ok(StatusCode::NO_CONTENT.into()) };
    let id = listener.id;
    Ok(stream::to_event_source(start(&app, &key, listener, cookie, wanted, &stream).await, id))
}

async fn start(
    app: &App,
    key: &str,
    listener: Listener,
    cookie: String,
    wanted: StreamRequest,
    stream: &WallStream,
) -> Result<Response, OpenError> {
    let ListenerId::Wall(id) = listener.id else { return Err(OpenError::RightLost) };
    let wall = walls::find_by_id(&app.db.read, id).await.map_err(OpenError::Database)?;
    let wall = wall.ok_or(OpenError::RightLost)?;
    let board = boards::find_by_id(&app.db.read, wall.board()).await.map_err(OpenError::Database)?;
    let board = board.ok_or(OpenError::RightLost)?;
    // Whatever the address says: a link shows one board.
    let wanted = StreamRequest { boards: [board.slug].into(), instead: None, ..wanted };
    let mut answer = stream::start(app, key, listener, wanted, stream.0.source()).await?;
    if let Ok(value) = HeaderValue::from_str(&wall::cookie(app, &wall, cookie).to_string()) {
        answer.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(answer)
}

/// Cards and posts as screens on walls get them.
#[derive(Clone, Debug)]
pub struct WallStream(ByLanguage);

impl WallStream {
    /// Times are told in the app's zone.
    pub fn new(app: &App) -> Self {
        Self(ByLanguage::new(
            app,
            by_language::FrameKind {
                format: Format::Wall,
                encode,
                encode_cards: card::wall_frame,
                has_receipts: false,
            },
        ))
    }
}

#[derive(Serialize)]
struct PostData {
    post: i64,
    /// Empty when it is not, or no longer, to be shown.
    html: String,
}

/// What goes on is told with its title and text. Of an alert that does not, a change says only that it is not to be shown;
/// of anything else, nothing is said.
fn encode(cursor: &Cursor, published: &Published, change: Change, zone: &TimeZone) -> Bytes {
    let post = &published.post;
    let shown = WallPost::of(post, zone).filter(|_| !matches!(change, Change::Gone(_)));
    let html = shown.map(|shown| {
        shown.fragment().unwrap_or_else(|error| {
            tracing::error!(%error, post.id = post.id, "A post could not be rendered");
            String::new()
        })
    });
    if html.is_none() && (change == Change::Published || post.kind == Kind::News) {
        return Bytes::new();
    }
    let data = PostData { post: post.id, html: html.unwrap_or_default() };
    sse::event(change.event_name(), Some(cursor), &data)
}
