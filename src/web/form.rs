//! Forms as browsers send them: `application/x-www-form-urlencoded`, bounded in size and time.

use std::fmt;

use poem::{FromRequest, Request, RequestBody, Result};

use super::{
    body::{self, Refused},
    error::Error,
};

/// The fields of a form of at most `LIMIT` bytes. Some hold passwords, so `Debug` shows their names alone.
pub struct Form<const LIMIT: usize>(Vec<(String, String)>);

/// A form of a few short fields.
pub type SmallForm = Form<{ 16 * 1024 }>;

impl<const LIMIT: usize> Form<LIMIT> {
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
        let kind = request.content_type().unwrap_or_default();
        if !kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
            return Err(Error::NotAForm.into());
        }
        let bytes = body::read(request, body, LIMIT).await.map_err(|refused| match refused {
            Refused::TooLarge => Error::TooLarge,
            Refused::TooSlow => Error::TooSlow,
            Refused::Packed => Error::NotAForm,
            Refused::Broken(error) => Error::Broken(error),
        })?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
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
