//! Reading a request's body: bounded in size and time.

use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncReadExt;

use poem::{Request, RequestBody, error::ReadBodyError, http::header};

/// A body that has not arrived by then never will.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// Why a body was not read.
#[derive(Debug)]
pub enum BodyError {
    /// It is larger than it may be.
    TooLarge,
    /// It did not arrive in time.
    TooSlow,
    /// It is packed; what may come out of it has no bound.
    Packed,
    /// It broke off.
    Broken(ReadBodyError),
}

/// The body, if it has at most `limit` bytes.
///
/// # Errors
/// A body that is larger, told at once when the client announces it, that does not arrive within 30 s, or that
/// has a `Content-Encoding`.
pub async fn read(request: &Request, body: &mut RequestBody, limit: usize) -> Result<Bytes, BodyError> {
    if request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity") {
        return Err(BodyError::Packed);
    }
    if announced_length(request).is_some_and(|length| length > limit as u64) {
        return Err(BodyError::TooLarge);
    }
    let body = body.take().map_err(BodyError::Broken)?.into_bytes_limit(limit);
    match tokio::time::timeout(BODY_TIMEOUT, body).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(ReadBodyError::PayloadTooLarge)) => Err(BodyError::TooLarge),
        Ok(Err(error)) => Err(BodyError::Broken(error)),
        Err(_) => Err(BodyError::TooSlow),
    }
}

/// The first `keep` bytes of the body, of which no more than `limit` are read: what is not kept is passed over. A body that
/// is packed, breaks off or does not arrive within 30 s has no beginning that is of use.
pub async fn read_beginning(request: &Request, body: &mut RequestBody, keep: usize, limit: u64) -> Vec<u8> {
    let is_packed =
        request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    let Ok(body) = body.take() else { return Vec::new() };
    let mut kept = Vec::new();
    let read = async {
        let mut rest = body.into_async_read().take(limit);
        (&mut rest).take(keep as u64).read_to_end(&mut kept).await?;
        tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
    };
    let is_whole = matches!(tokio::time::timeout(BODY_TIMEOUT, read).await, Ok(Ok(_)));
    if is_packed || !is_whole { Vec::new() } else { kept }
}

/// How long the client says the body is, where it does.
pub fn announced_length(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
