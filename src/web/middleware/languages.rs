//! In which language a request is answered: what its browser accepts, until the handler knows whose it is and what they
//! chose. What programs ask for is answered in English.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, header},
};

use crate::{
    text::{self, Language},
    web::extract::frame,
};

/// Middleware: has the request answered in a language of its reader.
pub async fn speak<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let path = request.uri().path();
    if path.starts_with("/api/")
        || path.starts_with("/ping/")
        || path.starts_with("/assets/")
        || path == "/readyz"
    {
        return Ok(endpoint.call(request).await?.into_response());
    }
    let asked = request.uri().query().unwrap_or_default();
    let language = streamed(path, asked).or_else(|| accepted(request.headers())).unwrap_or_default();
    let answered = frame::keep(endpoint.call(request));
    Ok(text::in_language(language, answered).await?.into_response())
}

fn accepted(headers: &HeaderMap) -> Option<Language> {
    headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(Language::accepted)
}

/// A stream speaks the language of the page that opens it, whatever was chosen since.
fn streamed(path: &str, query: &str) -> Option<Language> {
    let mut asked = form_urlencoded::parse(query.as_bytes()).filter(|_| path.ends_with("/stream"));
    asked.find(|(name, _)| name == "lang").and_then(|(_, tag)| Language::of_tag(&tag))
}
