//! Programs in pages of other origins (WHATWG Fetch, CORS): only those on the operator's list, and never with
//! cookies.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};

use crate::app::App;

/// Middleware: tells browsers that a listed origin may read the answer, and answers their preflights.
pub async fn allow_listed<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let Some(origin) = listed_origin(&request) else {
        let mut response = endpoint.get_response(request).await.into_response();
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Origin"));
        return Ok(response);
    };
    let is_preflight = request.method() == Method::OPTIONS;
    let mut response = if is_preflight {
        StatusCode::NO_CONTENT.into_response()
    } else {
        endpoint.get_response(request).await.into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    // What our answers say in their heads, beside what scripts may read anyway.
    let readable = HeaderValue::from_static("Allow, Location, Retry-After, WWW-Authenticate");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, readable);
    if is_preflight {
        let methods = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        let allowed = HeaderValue::from_static("Authorization, Content-Type, Idempotency-Key, Last-Event-ID");
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, allowed);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    Ok(response)
}

fn listed_origin(request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let allowed = request.data::<App>()?.config.cors_origin();
    allowed.iter().any(|listed| listed.origin.as_bytes() == origin.as_bytes()).then(|| origin.clone())
}
