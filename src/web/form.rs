//! Forms as browsers send them: `application/x-www-form-urlencoded`, bounded in size and time.

use std::time::Duration;

use poem::{FromRequest, Request, RequestBody, Result, error::ReadBodyError, http::header};

use super::error::Error;

/// A body that has not arrived by then never will.
const PATIENCE: Duration = Duration::from_secs(30);

/// The fields of a form of at most `LIMIT` bytes.
#[derive(Debug)]
pub struct Form<const LIMIT: usize>(Vec<(String, String)>);

/// A form of a few short fields.
pub type SmallForm = Form<{ 16 * 1024 }>;

impl<const LIMIT: usize> Form<LIMIT> {
    /// The value of a field; empty when it was not sent.
    pub fn one(&self, name: &str) -> String {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The values of a repeated field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

impl<'a, const LIMIT: usize> FromRequest<'a> for Form<LIMIT> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let kind = request.content_type().unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(Error::NotAForm.into());
        }
        // Told at once when the client says itself how large it will be.
        if announced_length(request).is_some_and(|length| length > LIMIT as u64) {
            return Err(Error::TooLarge.into());
        }
        let body = body.take()?.into_bytes_limit(LIMIT);
        let bytes = match tokio::time::timeout(PATIENCE, body).await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(ReadBodyError::PayloadTooLarge)) => return Err(Error::TooLarge.into()),
            Ok(Err(error)) => return Err(error.into()),
            Err(_) => return Err(Error::TooSlow.into()),
        };
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

fn announced_length(request: &Request) -> Option<u64> {
    request.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
