//! Files to be saved. Long ones are written as they are sent, so that their length costs no memory.

use bytes::Bytes;
use futures_util::stream;
use poem::{Body, Response, http::header};
use sea_orm::DbErr;

/// A file of this name and type: `next` writes a part of it, and says where it goes on, if it does.
pub fn file<Part, Next>(name: &str, kind: &str, start: Part, next: fn(Part) -> Next) -> Response
where
    Part: Send + 'static,
    Next: Future<Output = Result<(Bytes, Option<Part>), DbErr>> + Send + 'static,
{
    let parts = stream::try_unfold(Some(start), move |part| async move {
        let Some(part) = part else { return Ok(None) };
        next(part).await.map(Some).map_err(std::io::Error::other)
    });
    whole(name, kind, Body::from_bytes_stream(parts))
}

/// A file of this name and type that is written already.
pub fn whole(name: &str, kind: &str, body: impl Into<Body>) -> Response {
    Response::builder()
        .content_type(kind)
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .body(body)
}
