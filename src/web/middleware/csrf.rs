//! Forms are only taken from our own pages: told by what the browser says of a request's origin, so that the
//! pages need no token and the same HTML serves everybody. Cookie or not, signing in included.
//!
//! `Sec-Fetch-Site` decides where the browser sends it (W3C Fetch Metadata; not on plain-http LAN names),
//! else `Origin`, else `Referer`, else the request is refused.

use std::sync::Arc;

use poem::{
    Endpoint, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderName, Method, header, uri::Scheme},
};

use crate::{
    app::App,
    config::BaseUrl,
    domain::audit::{Action, Actor, Entry},
    web::{error::Error, extract::client::Client, middleware::secret_addresses},
};

/// Middleware: refuses what another site made a browser send.
pub async fn refuse_other_sites<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    // Programs show a token, which no other site can make a browser send; or they know an address that is a secret.
    let path = request.uri().path();
    let is_program = path.starts_with("/api/") || secret_addresses::is_one(path);
    if !is_program && !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        let app = request.data::<App>();
        let base_url = app.and_then(|app| app.config.base_url.as_ref());
        if !is_own_page(request.headers(), request.scheme(), base_url) {
            if let Some(app) = app {
                let by = Actor::visitor(Client::of(&request).0);
                app.failures.record(Entry::refused(&by, Action::Forgery, "").detail(request.uri().path()));
            }
            return Err(Error::OtherSite.into());
        }
    }
    Ok(endpoint.call(request).await?.into_response())
}

/// Whether the browser says that one of our own pages is behind the request, or its user alone.
pub fn is_own_site(headers: &HeaderMap) -> bool {
    matches!(text(headers, SEC_FETCH_SITE), Some("same-origin" | "none"))
}

/// Whether the browser says that another site's page is behind the request.
pub fn is_other_site(headers: &HeaderMap) -> bool {
    matches!(text(headers, SEC_FETCH_SITE), Some("cross-site" | "same-site"))
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

fn is_own_page(headers: &HeaderMap, spoken: &Scheme, base_url: Option<&BaseUrl>) -> bool {
    if let Some(site) = text(headers, SEC_FETCH_SITE) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(source) = text(headers, header::ORIGIN).or_else(|| text(headers, header::REFERER)) else {
        return false;
    };
    let Ok(source) = source.parse::<http::Uri>() else { return false };
    let (Some(scheme), Some(authority)) = (source.scheme_str(), source.authority()) else { return false };
    let authority = authority.as_str();
    match base_url {
        Some(own) => format!("{scheme}://{authority}").eq_ignore_ascii_case(&own.origin),
        // Under our own TLS, what plain http brought is somebody else's.
        None if *spoken == Scheme::HTTPS && scheme != "https" => false,
        // Without a base URL we cannot know which scheme a proxy speaks; the host is what tells sites apart.
        None => text(headers, header::HOST).is_some_and(|host| host.eq_ignore_ascii_case(authority)),
    }
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(sent: &[(&'static str, &str)], base_url: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.insert(*name, value.parse().expect("a header's value"));
        }
        let base_url = base_url.map(|url| url.parse().expect("a base URL"));
        is_own_page(&headers, &Scheme::HTTP, base_url.as_ref())
    }

    #[test]
    fn what_our_own_pages_send_is_taken() {
        assert!(is_taken(&[("sec-fetch-site", "same-origin")], None));
        assert!(is_taken(&[("sec-fetch-site", "none")], None));
        assert!(is_taken(&[("origin", "http://news.lan:8080"), ("host", "news.lan:8080")], None));
        assert!(is_taken(&[("referer", "http://news.lan/login?a=b"), ("host", "news.lan")], None));
        assert!(is_taken(
            &[("origin", "https://n.example"), ("host", "10.0.0.1")],
            Some("https://n.example")
        ));
    }

    #[test]
    fn over_tls_a_page_that_came_without_it_is_another_site() {
        for (origin, taken) in [("https://news.lan", true), ("http://news.lan", false)] {
            let mut headers = HeaderMap::new();
            headers.insert("origin", origin.parse().expect("a header's value"));
            headers.insert("host", "news.lan".parse().expect("a header's value"));
            assert_eq!(is_own_page(&headers, &Scheme::HTTPS, None), taken, "{origin}");
        }
    }

    #[test]
    fn what_other_pages_send_is_refused() {
        assert!(!is_taken(&[], None));
        assert!(!is_taken(&[("host", "news.lan")], None));
        assert!(!is_taken(&[("origin", "null"), ("host", "news.lan")], None));
        assert!(!is_taken(&[("origin", "http://evil.lan"), ("host", "news.lan")], None));
        assert!(!is_taken(&[("origin", "http://news.lan.evil"), ("host", "news.lan")], None));
        assert!(!is_taken(
            &[("origin", "http://n.example"), ("host", "n.example")],
            Some("https://n.example")
        ));
        for site in ["cross-site", "same-site", "nonsense"] {
            let sent = [("sec-fetch-site", site), ("origin", "http://news.lan"), ("host", "news.lan")];
            assert!(!is_taken(&sent, None), "{site}");
        }
    }
}
