//! `GET /stream`: the browser's stream.
//!
//! EventSource gives up for good on any answer but 200. So a refusal that will pass is a 200 that ends at
//! once, saying when to come back; only a visitor who has no session gets 204, which means: do not.

use bytes::Bytes;
use jiff::tz::TimeZone;
use poem::{
    Response, handler,
    http::{HeaderMap, StatusCode},
    web::Data,
};
use serde::Serialize;

use crate::{
    app::App,
    clock,
    domain::posts::{Kind, Published, Severity},
    live::{
        Cursor,
        event::{Change, Format},
        sse,
    },
    web::{
        error::Error,
        extract::access::PageListener,
        middleware::csrf,
        stream::{
            self, StreamRequest,
            by_language::{self, ByLanguage},
            gone,
        },
        views::{
            card,
            post::{self, PostView, Resolution, Withdrawal},
        },
    },
};

/// `GET /stream`.
#[handler]
pub async fn open(
    listener: poem::Result<PageListener>,
    app: Data<&App>,
    stream: Data<&PageStream>,
    headers: &HeaderMap,
    wanted: StreamRequest,
) -> Result<Response, Error> {
    if csrf::is_other_site(headers) {
        return Err(Error::OtherSite);
    }
    let Ok(listener) = listener else {
        return Ok(stream::retry_later("the session could not be looked up"));
    };
    let Some((key, listener)) = listener.0 else { return Ok(StatusCode::NO_CONTENT.into()) };
    let id = listener.id;
    let opened = stream::start(&app, key.as_str(), listener, wanted, stream.0.0.source()).await;
    Ok(stream::to_event_source(opened, id))
}

/// Posts as pages get them: with the very HTML that the feed's list is made of.
#[derive(Clone, Debug)]
pub struct PageStream(ByLanguage);

impl PageStream {
    /// Times are told in the app's zone.
    pub fn new(app: &App) -> Self {
        Self(ByLanguage::new(
            app,
            by_language::FrameKind {
                format: Format::Page,
                encode,
                encode_cards: card::page_frame,
                has_receipts: true,
            },
        ))
    }
}

#[derive(Serialize)]
struct PostData {
    event: String,
    post: i64,
    author: i64,
    number: i64,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    /// It says whether it is a drill.
    title: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    drill: bool,
    url: String,
    published_at: String,
    version: i64,
    /// That it is told again to who had it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    again: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resolution: Option<Resolution>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawal: Option<Withdrawal>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expired_at: Option<String>,
    html: String,
}

fn encode(cursor: &Cursor, published: &Published, change: Change, zone: &TimeZone) -> Bytes {
    if let Change::Gone(_) = change {
        return gone::encode(cursor, published, change);
    }
    let post = &published.post;
    let html = PostView::of(published, zone).fragment().unwrap_or_else(|error| {
        tracing::error!(%error, post.id = post.id, "A post could not be rendered");
        String::new()
    });
    let data = PostData {
        event: cursor.to_string(),
        post: post.id,
        author: post.writer().map_or(0, |writer| writer.0),
        number: post.number,
        kind: post.kind,
        severity: post.severity,
        title: post::marked_title(post),
        drill: post.drill,
        url: post::address(post),
        published_at: clock::rfc3339(post.published_ms),
        version: post.version,
        again: change == Change::ToldAgain,
        change: change.word(),
        edited_at: post.edited_ms.map(clock::rfc3339),
        resolution: Resolution::of(post),
        withdrawal: Withdrawal::of(post),
        expired_at: post.expired_ms.map(clock::rfc3339),
        html,
    };
    sse::event(change.event_name(), Some(cursor), &data)
}
