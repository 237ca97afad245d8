//! Large pages go out compressed (RFC 9110, section 8.4.1.3), where their length gives nothing away.
//!
//! BREACH learns a secret from the length of compressed answers that hold both the secret and words of the attacker's
//! choice: so nothing is compressed that another site made the browser ask for, nor what a form or an address says back.

use std::sync::Arc;

use flate2::Compression;
use poem::{
    Body, Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
};

use crate::{assets, web::middleware::csrf};

/// Smaller ones, in bytes, fit into the first packets anyway.
const MIN_LENGTH: usize = 4096;

/// Middleware: compresses pages.
pub async fn pack<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let may_pack = *request.method() == Method::GET
        && accepts_gzip(request.headers())
        && csrf::is_own_site(request.headers())
        && reflects_nothing(request.uri());
    let mut response = endpoint.call(request).await?.into_response();
    if !may_pack || response.status() != StatusCode::OK || !is_page(response.headers()) {
        return Ok(response);
    }
    let page = response.take_body().into_bytes().await?;
    if page.len() < MIN_LENGTH {
        response.set_body(page);
        return Ok(response);
    }
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response.set_body(Body::from(assets::gzip(&page, Compression::fast())));
    Ok(response)
}

/// Whether the client takes gzip.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut codings = accepted.unwrap_or_default().split(',').map(|coding| coding.trim());
    codings.any(|coding| coding.eq_ignore_ascii_case("gzip") || coding.starts_with("gzip;q=1"))
}

fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html")) && !headers.contains_key(header::CONTENT_ENCODING)
}

/// Whether the address has nothing that the page may say again, but a place in a list.
fn reflects_nothing(address: &Uri) -> bool {
    let is_place = |query: &str| {
        let number = query.strip_prefix("before=").unwrap_or("-");
        number.len() <= 20 && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    address.query().is_none_or(is_place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_with_words_is_reflected() {
        for (address, is_plain) in [
            ("/", true),
            ("/?before=120", true),
            ("/?q=fire", false),
            ("/?before=120&q=fire", false),
            ("/?before=12a", false),
            ("/?before=123456789012345678901", false),
            ("/?fire=", false),
        ] {
            assert_eq!(reflects_nothing(&address.parse().expect("an address")), is_plain, "{address}");
        }
    }
}
