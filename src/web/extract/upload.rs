//! A file that a form sends along (RFC 7578), bounded in size and time, as all bodies are.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use multer::Multipart;
use poem::{FromRequest, Request, RequestBody, Result, error::ReadBodyError};

use crate::web::{
    error::Error,
    extract::{
        body::{self, BodyError},
        form::{self, FILLED_IN_BY},
    },
};

/// The field that holds the file.
const FILE: &str = "file";

/// What stands around a file in a body.
const FRAME_BYTES: usize = 16 * 1024;

/// The file of a form, of at most `LIMIT` bytes; empty where none was chosen.
#[derive(Debug)]
pub struct Upload<const LIMIT: usize>(pub Bytes);

impl<'a, const LIMIT: usize> FromRequest<'a> for Upload<LIMIT> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let kind = request.content_type().unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(|_| Error::NotAForm)?;
        let bytes =
            body::read(request, body, LIMIT + FRAME_BYTES).await.map_err(|refused| match refused {
                BodyError::TooLarge => Error::TooLarge,
                BodyError::TooSlow => Error::TooSlow,
                BodyError::Packed => Error::NotAForm,
                BodyError::Broken(error) => Error::Broken(error),
            })?;
        let whole = stream::iter([Ok::<_, Infallible>(bytes)]);
        let (mut file, mut author) = (Bytes::new(), String::new());
        let mut parts = Multipart::new(whole, boundary);
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            match part.name() {
                Some(FILE) => file = part.bytes().await.map_err(broken)?,
                Some(FILLED_IN_BY) => author = part.text().await.map_err(broken)?,
                _ => {}
            }
        }
        if form::is_somebody_elses(&author, request).await {
            return Err(Error::OtherUser.into());
        }
        if file.len() > LIMIT { Err(Error::TooLarge.into()) } else { Ok(Self(file)) }
    }
}

fn broken(error: multer::Error) -> Error {
    Error::Broken(ReadBodyError::Io(std::io::Error::other(error)))
}
