//! `GET /api/v1/stream`: a program's stream. It is paged without limit, and refused as programs expect it.

use std::sync::Arc;

use bytes::Bytes;
use poem::{Response, handler, web::Data};
use serde::Serialize;

use crate::{
    app::App,
    assets, clock,
    domain::{
        posts::{Kind, Published, Severity},
        rights,
    },
    live::{
        Cursor,
        event::{Change, Format},
        hub::NoRoom,
        sse,
        stream::source::Source,
    },
    web::{
        extract::token::ProgramListener,
        problem::Problem,
        stream::{self, OpenError, StreamRequest, gone, receipts, roster},
        views::{
            card,
            post::{self, Repeats, Resolution, Withdrawal},
        },
    },
};

#[derive(Serialize)]
struct PostData<'a> {
    event: String,
    post: i64,
    number: i64,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
    title: &'a str,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<Repeats>,
    body: &'a str,
}

/// `GET /api/v1/stream`.
#[handler]
pub async fn open(
    ProgramListener { key, listener }: ProgramListener,
    app: Data<&App>,
    stream: Data<&ProgramStream>,
    wanted: StreamRequest,
) -> Result<Response, Problem> {
    let source = if wanted.receipts { &stream.with_receipts } else { &stream.plain };
    let started = stream::start(&app, &key, listener, wanted, source.clone()).await;
    started.map_err(|error| match error {
        OpenError::RightLost => Problem::BadToken,
        OpenError::Refused(refusal @ (NoRoom::FullForUser | NoRoom::FullForAddress)) => {
            Problem::TooManyStreams(refusal)
        }
        OpenError::Refused(refusal) => Problem::NotNow(refusal),
        OpenError::Database(error) => Problem::Database(error),
    })
}

/// Posts as programs get them: as they were typed.
#[derive(Clone, Debug)]
pub struct ProgramStream {
    plain: Arc<Source>,
    /// For those who watch what their person has read.
    with_receipts: Arc<Source>,
}

impl ProgramStream {
    /// All of the app's posts, however many a program missed.
    pub fn new(app: &App) -> Self {
        let source = |read_receipts| Source {
            log: app.log.clone(),
            state: app.state.clone(),
            right_end: rights::end_of(app.db.clone()),
            build: assets::build(),
            max_backlog: None,
            format: Format::Api,
            encode: Box::new(encode),
            encode_cards: Box::new(card::program_frame),
            read_receipts,
            read_roster: Some(roster::of(app)),
        };
        Self { plain: source(None).into(), with_receipts: source(Some(receipts::of(app))).into() }
    }
}

fn encode(cursor: &Cursor, published: &Published, change: Change) -> Bytes {
    if let Change::Gone(_) = change {
        return gone::encode(cursor, published, change);
    }
    let post = &published.post;
    let data = PostData {
        event: cursor.to_string(),
        post: post.id,
        number: post.number,
        kind: post.kind,
        severity: post.severity,
        title: &post.title,
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
        pinned: post.pinned_until_ms.map(clock::rfc3339),
        repeats: Repeats::of(post),
        body: &post.body,
    };
    sse::event(change.event_name(), Some(cursor), &data)
}
