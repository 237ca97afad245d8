//! Bodies of programs' requests: JSON, bounded in size and time.

use bytes::Bytes;
use poem::{FromRequest, Request, RequestBody};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

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
        Some(b'{') | None => serde_json::from_slice(bytes).map_err(|error| {
            // Read once more, to find the field; what follows a whole value is in none.
            let again = read::<T>(&mut serde_json::Deserializer::from_slice(bytes));
            again.err().unwrap_or_else(|| error.to_string())
        }),
        Some(_) => Err("the body is to be a JSON object, such as {\"title\": \"…\"}".into()),
    }
}

/// Reads a value, and says of one that is wrong in which field it is so.
///
/// # Errors
/// What is wrong, in words.
pub fn read<'de, T: Deserialize<'de>>(
    from: impl Deserializer<'de, Error = serde_json::Error>,
) -> Result<T, String> {
    serde_path_to_error::deserialize(from).map_err(|error| {
        let (field, what) = (format!("`{}`", error.path()), error.inner().to_string());
        if field == "`.`" || what.contains(&field) { what } else { format!("{field}: {what}") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Sent {
        decimals: u8,
        places: Option<Vec<Sent>>,
    }

    #[test]
    fn what_is_wrong_is_said_with_its_field() {
        let told = |sent: &str| parse::<Sent>(sent.as_bytes()).expect_err(sent);

        let text = told(r#"{ "decimals": 300 }"#);
        assert!(text.starts_with("`decimals`: invalid value: integer `300`"), "{text}");
        let text = told(r#"{ "decimals": 1, "places": [{ "decimals": 2 }, { "decimals": "x" }] }"#);
        assert!(text.starts_with("`places[1].decimals`: invalid type"), "{text}");
        for sent in [r#"{ "decimal": 1 }"#, "{}", r#"{ "decimals": 1 } 2"#, "", "[1]"] {
            let text = told(sent);
            assert!(!text.starts_with('`'), "{text}");
        }
    }
}
