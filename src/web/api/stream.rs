//! `GET /api/v1/stream`: a program's stream. It is paged without limit, and refused as programs expect it.

use bytes::Bytes;
use poem::{Response, handler, web::Data};
use serde::Serialize;

use super::{
    super::{
        event_stream::{self, Asked, NotNow},
        post_view,
    },
    auth::Reader,
    problem::Problem,
};
use crate::{
    app::App,
    assets, clock,
    live::{
        Cursor,
        event::PostEvent,
        follow::Format,
        hub::Refusal,
        wire::{self, Name},
    },
    posts::{Kind, Severity},
    rights::Right,
};

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
    body: &'a str,
}

/// `GET /api/v1/stream`.
#[handler]
pub async fn open(reader: Reader, app: Data<&App>, asked: Asked) -> Result<Response, Problem> {
    let encode = |cursor: &Cursor, post: &PostEvent| post.api.get_or_init(|| encode(cursor, post)).clone();
    let format = Format { build: assets::build(), most: None, encode };
    let right = Right::Token(reader.token);
    event_stream::start(&app, reader.owner, right, asked, format).await.map_err(|not_now| match not_now {
        NotNow::Lost => Problem::Unauthenticated,
        NotNow::Refused(refusal @ (Refusal::FullForUser | Refusal::FullForAddress)) => {
            Problem::TooManyStreams(refusal)
        }
        NotNow::Refused(refusal) => Problem::NotNow(refusal),
        NotNow::Away(error) => Problem::Database(error),
    })
}

fn encode(cursor: &Cursor, event: &PostEvent) -> Bytes {
    let post = &event.published.post;
    let data = PostData {
        event: cursor.to_string(),
        post: post.id,
        kind: post.kind,
        severity: post.severity,
        title: &post.title,
        url: post_view::address(post),
        published_at: clock::rfc3339(post.published_ms),
        body: &post.body,
    };
    wire::event(Name::Post, Some(cursor), &data)
}
