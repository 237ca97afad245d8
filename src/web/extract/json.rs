//! Bodies of programs' requests: JSON, bounded in size and time.

use bytes::Bytes;
use poem::{FromRequest, Request, RequestBody};
use serde::de::DeserializeOwned;

use crate::web::{
    extract::body::{self, BodyError},
    problem::Problem,
};

/// 64 KiB of text may be escaped to six times as much, and thousands of people may be named.
const MAX_BYTES: usize = 512 * 1024;

/// A value of type `T`, and the bytes it was read from.
#[derive(Debug)]
pub struct Json<T> {
    pub value: T,
    /// As it was sent.
    pub bytes: Bytes,
}

impl<'a, T: DeserializeOwned> FromRequest<'a> for Json<T> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let kind = request.content_type().unwrap_or_default().to_ascii_lowercase();
        if kind.split(';').next().map(str::trim) != Some("application/json") {
            return Err(Problem::NotJson.into());
        }
        let bytes = body::read(request, body, MAX_BYTES).await.map_err(|refused| match refused {
            BodyError::TooLarge => Problem::TooLarge,
            BodyError::TooSlow => Problem::TooSlow,
            BodyError::Packed => Problem::NotJson,
            BodyError::Broken(error) => Problem::Malformed(error.to_string()),
        })?;
        let value = parse(&bytes).map_err(Problem::Malformed)?;
        Ok(Self { value, bytes })
    }
}

/// What a body says. An array is none, though serde would take its elements for the fields in their order.
fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') | None => serde_json::from_slice(bytes).map_err(|error| error.to_string()),
        Some(_) => Err("the body is to be a JSON object, such as {\"title\": \"…\"}".into()),
    }
}
