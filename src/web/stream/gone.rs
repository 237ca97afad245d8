//! That somebody may not see a post any more: which one, and nothing that it says.

use bytes::Bytes;
use serde::Serialize;

use crate::{
    domain::posts::Published,
    live::{Cursor, event::Change, sse},
};

#[derive(Serialize)]
struct GoneData {
    event: String,
    post: i64,
    number: i64,
    version: i64,
    change: Option<&'static str>,
}

/// The event for pages and programs alike.
pub(super) fn encode(cursor: &Cursor, published: &Published, change: Change) -> Bytes {
    let post = &published.post;
    let data = GoneData {
        event: cursor.to_string(),
        post: post.id,
        number: post.number,
        version: post.version,
        change: change.word(),
    };
    sse::event(change.event_name(), Some(cursor), &data)
}
