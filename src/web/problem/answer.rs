//! How a problem is answered.

use std::borrow::Cow;

use poem::{
    Response,
    error::ResponseError,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use serde::Serialize;
use serde_json::json;

use super::Problem;

#[derive(Serialize)]
struct ProblemBody {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: String,
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    errors: serde_json::Map<String, serde_json::Value>,
}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        self.kind().0
    }

    fn as_response(&self) -> Response {
        if let Self::Database(error) = self {
            tracing::error!(%error, "A program's request failed");
        }
        let (status, name, title) = self.kind();
        let body = ProblemBody {
            r#type: format!("/api#{name}"),
            title,
            status: status.as_u16(),
            detail: self.to_string(),
            errors: self.by_field(),
        };
        let mut response = Response::builder()
            .status(status)
            .content_type("application/problem+json")
            .body(serde_json::to_string(&body).expect("strings and numbers always serialise"));
        if let Some((name, value)) = self.header() {
            let value = HeaderValue::try_from(value.as_ref()).expect("our own words are ASCII");
            response.headers_mut().insert(name, value);
        }
        response
    }
}

impl Problem {
    /// What the answer's head tells those who do not read its body; of tokens, RFC 6750, section 3.
    fn header(&self) -> Option<(HeaderName, Cow<'static, str>)> {
        let challenge =
            |more: &str| (header::WWW_AUTHENTICATE, format!(r#"Bearer realm="tidings"{more}"#).into());
        Some(match self {
            Self::Unauthenticated => challenge(""),
            Self::BadToken => challenge(r#", error="invalid_token""#),
            Self::Scope(scope) => challenge(&format!(r#", error="insufficient_scope", scope="{scope}""#)),
            Self::Method(methods) => (header::ALLOW, methods.to_string().into()),
            Self::NotNow(_) | Self::Database(_) | Self::TooManyStreams(_) | Self::KeyInProgress => {
                (header::RETRY_AFTER, "5".into())
            }
            // The rest of the body is not read, so the connection cannot carry another request.
            Self::TooLarge | Self::TooSlow | Self::NotJson => (header::CONNECTION, "close".into()),
            _ => return None,
        })
    }

    /// What is wrong, by field.
    pub fn by_field(&self) -> serde_json::Map<String, serde_json::Value> {
        let problems = match self {
            Self::Invalid(problems) => problems,
            Self::InvalidCard(problems) | Self::InvalidAnswer(problems) => {
                return problems.iter().map(|(field, why)| ((*field).to_owned(), json!(why))).collect();
            }
            _ => return serde_json::Map::new(),
        };
        // Of what is wrong with no field, all of it is.
        let named = |field| if field == "form" { "post" } else { field };
        problems.by_field().map(|(field, problem)| (named(field).to_owned(), json!(problem))).collect()
    }
}
