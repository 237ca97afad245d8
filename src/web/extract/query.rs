//! What stands behind a page's address. Whatever it is, it is no reason to refuse the page: of a field that is
//! there twice the first counts, what is no number counts as absent, and bytes that are no text are replaced.

use std::fmt;

use poem::{FromRequest, Request, RequestBody, Result};

/// The fields of an address. Some hold secrets, so `Debug` shows their names alone.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// The value of a field; empty when it is not there.
    pub fn one(&self, name: &str) -> String {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The fields, as they would be sent in a form.
    pub fn pairs(&self) -> Vec<(String, String)> {
        self.0.clone()
    }

    /// The whole number in a field. One that is too large for its type counts as the largest.
    pub fn number(&self, name: &str) -> Option<i64> {
        let typed = self.one(name);
        let typed = typed.trim();
        let digits = typed.strip_prefix(['+', '-']).unwrap_or(typed);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        Some(typed.parse().unwrap_or(if typed.starts_with('-') { i64::MIN } else { i64::MAX }))
    }

    /// The fields of this text.
    pub fn parse(query: &str) -> Self {
        // PostgreSQL takes no NUL.
        let field = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
            (name.into_owned(), value.replace('\0', "\u{fffd}"))
        };
        Self(form_urlencoded::parse(query.as_bytes()).map(field).collect())
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl<'a> FromRequest<'a> for Query {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::parse(request.uri().query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_stands_behind_an_address_is_read() {
        let read = |query: &str| {
            let query = Query::parse(query);
            (query.one("name"), query.number("before"))
        };

        assert_eq!(read("name=ann&before=42"), ("ann".into(), Some(42)));
        assert_eq!(read("name=ann&name=bea&before=1&before=2"), ("ann".into(), Some(1)));
        assert_eq!(read("before=99999999999999999999"), (String::new(), Some(i64::MAX)));
        assert_eq!(read("before=-99999999999999999999"), (String::new(), Some(i64::MIN)));
        for nothing in
            ["before=", "before=x", "before=1.5", "before=%FF", "before", "other=1", "&&=&", "%", ""]
        {
            assert_eq!(read(nothing), (String::new(), None), "{nothing:?}");
        }
        assert_eq!(read("name=%FF%00").0, "\u{fffd}\u{fffd}");
    }

    #[test]
    fn what_stands_there_is_not_shown() {
        assert_eq!(format!("{:?}", Query::parse("token=geheim")), r#"{"token"}"#);
    }
}
