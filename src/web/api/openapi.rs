//! `GET /api/v1/openapi.json`: what is here, for programs that make programs (OpenAPI 3.1).

use poem::{Response, handler};

/// Public: it says nothing that this source does not.
#[handler]
pub fn show() -> Response {
    Response::builder().content_type("application/json").body(include_str!("openapi.json"))
}
