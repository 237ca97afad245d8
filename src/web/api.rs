//! What programs use: everything under `/api/v1`. Bearer tokens instead of cookies, JSON instead of pages,
//! and for failures `application/problem+json` (RFC 9457).

use poem::{EndpointExt, IntoEndpoint, Route, get};

mod auth;
mod cross_origin;
mod json;
mod openapi;
mod posts;
pub mod problem;
mod stream;

/// The routes, to be nested under `/api/v1`.
pub fn routes() -> impl IntoEndpoint {
    Route::new()
        .at("/posts", get(posts::list).post(posts::create))
        .at("/posts/:id", get(posts::show))
        .at("/stream", get(stream::open))
        .at("/openapi.json", get(openapi::show))
        .around(problem::show_as_problem)
        .around(cross_origin::allow_listed)
}
