//! The headers of every answer, pages, streams, files and errors alike. (What hyper itself says to bytes that
//! are no request has neither these nor a body.)

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderName, HeaderValue, header},
};

use crate::app::App;

/// Nothing but our own files, no script or style in the page, no framing, no form that leads elsewhere; and
/// script makes HTML only where `assets/js/trusted-types.js` says so.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types tidings";

/// Once seen over https, the host and those below it are for a year visited in no other way (RFC 6797).
const TRANSPORT: &str = "max-age=31536000; includeSubDomains";

const ALWAYS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`, which would turn the Origin of our own forms into `null`.
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// Middleware: adds the headers; what says nothing of caching is not stored.
pub async fn secure<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let is_https = request.data::<App>().is_some_and(|app| app.config.is_https());
    let mut response = endpoint.get_response(request).await.into_response();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    Ok(response)
}
