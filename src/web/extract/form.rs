//! Forms as browsers send them: `application/x-www-form-urlencoded`, bounded in size and time.

use std::fmt;

use poem::{FromRequest, Request, RequestBody, Result};
use tower_sessions::Session;

use crate::{
    domain::sessions::USER,
    web::{
        error::Error,
        extract::body::{self, BodyError},
    },
};

/// Pages write into their forms for whom they were made: what one person filled in is not sent as another, who
/// signed in meanwhile in the same browser.
pub const FILLED_IN_BY: &str = "person";

/// The fields of a form of at most `LIMIT` bytes. Some hold passwords, so `Debug` shows their names alone.
pub struct Form<const LIMIT: usize>(Vec<(String, String)>);

/// A form of a few short fields.
pub type SmallForm = Form<{ 16 * 1024 }>;

/// What is typed into a post: 64 KiB of text may become three times as much on the way, and thousands of names may
/// be ticked.
pub type LargeForm = Form<{ 512 * 1024 }>;

impl<const LIMIT: usize> Form<LIMIT> {
    /// So many bytes may come.
    pub const LIMIT: usize = LIMIT;

    /// A form with these fields, which came by another way.
    pub fn of(fields: Vec<(String, String)>) -> Self {
        Self(fields)
    }

    /// The value of a field; empty when it was not sent.
    pub fn one(&self, name: &str) -> String {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// Every field with its value, as they came.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The values of a repeated field.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    }
}

impl<const LIMIT: usize> fmt::Debug for Form<LIMIT> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.pairs().map(|(name, _)| name)).finish()
    }
}

impl<'a, const LIMIT: usize> FromRequest<'a> for Form<LIMIT> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        let form = Self(read(request, body, LIMIT).await?);
        if is_somebody_elses(&form.one(FILLED_IN_BY), request).await {
            return Err(Error::OtherUser.into());
        }
        Ok(form)
    }
}

/// The fields of a form of at most `limit` bytes, in the order in which they came.
///
/// # Errors
/// A body that is no form, too large, or too slow.
pub async fn read(
    request: &Request,
    body: &mut RequestBody,
    limit: usize,
) -> Result<Vec<(String, String)>, Error> {
    let kind = request.content_type().unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        return Err(Error::NotAForm);
    }
    let bytes = body::read(request, body, limit).await.map_err(|refused| match refused {
        BodyError::TooLarge => Error::TooLarge,
        BodyError::TooSlow => Error::TooSlow,
        BodyError::Packed => Error::NotAForm,
        BodyError::Broken(error) => Error::Broken(error),
    })?;
    Ok(form_urlencoded::parse(&bytes).into_owned().collect())
}

/// Whoever may do what the form asks for was looked up before, so the session is at hand here.
pub async fn is_somebody_elses(author: &str, request: &Request) -> bool {
    let Some(session) = request.data::<Session>().filter(|_| !author.is_empty()) else { return false };
    let user = session.get::<i64>(USER).await.ok().flatten();
    user.is_some_and(|user| user.to_string() != author)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_not_shown() {
        let form = Form::<1>(vec![("password".into(), "geheim".into())]);

        assert_eq!(format!("{form:?}"), r#"{"password"}"#);
    }
}
