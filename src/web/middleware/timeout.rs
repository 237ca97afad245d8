//! No page is waited for for ever. A database whose network is cut neither answers nor refuses, and whoever
//! waits for it holds a connection to it, which is asked whether it still serves only when it is let go of.

use std::{sync::Arc, time::Duration};

use poem::{Endpoint, Request, Response, Result, error::ResponseError, http::StatusCode};

/// Longer than a form may take to arrive (30 s), and than publishing waits for the database in all, so that what was
/// typed can be shown again (`views::post_form`).
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(90);

/// Nothing came of it.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {ANSWER_TIMEOUT:?}")]
pub struct TooLong;

impl ResponseError for TooLong {
    fn status(&self) -> StatusCode {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

/// Middleware: gives up on an answer that takes too long to begin.
pub async fn give_up<E: Endpoint<Output = Response>>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    tokio::time::timeout(ANSWER_TIMEOUT, endpoint.call(request)).await.unwrap_or_else(|_| {
        tracing::warn!("A request was given up: {TooLong}");
        Err(TooLong.into())
    })
}
