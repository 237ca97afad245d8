//! What a browser keeps of Tidings for when there is no connection: one page, which is nobody's, and the service worker that
//! shows it. The worker stands at an address that never changes, so that a new build takes the place of the old one.

use askama::Template;
use poem::{
    Response, handler,
    http::{StatusCode, header},
};

use crate::{
    assets, text,
    web::{
        error::Error,
        respond::page::{self, Page},
    },
};

#[derive(Template)]
#[template(path = "offline.html")]
struct OfflinePage {
    page: Page,
}

/// `GET /offline`: public.
#[handler]
pub fn show() -> Result<Response, Error> {
    page::show(StatusCode::OK, &OfflinePage { page: Page::for_nobody() })
}

/// `GET /service-worker.js`: public.
#[handler]
pub fn service_worker() -> Result<Response, Error> {
    let file = assets::find("js/service-worker.js").ok_or(Error::NotFound)?;
    let script = [b"self.assets = \"", assets::prefix().as_bytes(), b"\";\n", &file.plain].concat();
    Ok(Response::builder()
        .content_type("text/javascript; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(script))
}
