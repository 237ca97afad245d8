//! What programs use: everything under `/api/v1`. Bearer tokens instead of cookies, JSON instead of pages,
//! and for failures `application/problem+json` (RFC 9457).

use poem::{Endpoint, EndpointExt, Response, Route};

use crate::web::{middleware::cross_origin, respond::problem};

pub mod openapi;
pub mod posts;

/// The middleware around the routes of programs.
pub fn endpoint(routes: Route) -> impl Endpoint<Output = Response> {
    routes.around(problem::show_as_problem).around(cross_origin::allow_listed)
}
