//! What programs use: everything under `/api/v1`. Bearer tokens instead of cookies, JSON instead of pages,
//! and for failures `application/problem+json` (RFC 9457).

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result, Route,
    error::{ParsePathError, ResponseError},
    http::StatusCode,
};
use sea_orm::DbErr;

use crate::web::{
    middleware::{cross_origin, methods::OtherMethods},
    problem::Problem,
};

pub mod audience;
pub mod cards;
mod fields;
mod limit;
pub mod openapi;
pub mod pauses;
pub mod posts;

/// Under this, programs are answered: with problems instead of pages, and without cookies.
pub const API: &str = "/api/v1";

/// The middleware around the routes of programs.
pub fn endpoint(routes: Route) -> impl Endpoint<Output = Response> {
    routes.around(show_as_problem).around(cross_origin::allow_listed)
}

/// Middleware: an address of programs that is none of these, as it is not UTF-8, is not found as any other.
pub async fn show_lost_as_problem<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    match request.uri().path().starts_with(API) {
        true => show_as_problem(endpoint, request).await,
        false => endpoint.call(request).await.map(IntoResponse::into_response),
    }
}

/// Middleware: whatever failed further in becomes a problem of ours.
async fn show_as_problem<E: Endpoint>(endpoint: Arc<E>, request: Request) -> Result<Response> {
    let error = match endpoint.call(request).await {
        Ok(answer) => return Ok(answer.into_response()),
        Err(error) => error,
    };
    if error.is::<Problem>() || error.is_from_response() {
        return Ok(error.into_response());
    }
    if let Some(OtherMethods(methods)) = error.downcast_ref() {
        return Ok(Problem::Method(methods.clone()).as_response());
    }
    let problem = match error.status() {
        _ if error.is::<ParsePathError>() => Problem::NotFound,
        StatusCode::NOT_FOUND => Problem::NotFound,
        status if status.is_client_error() => Problem::Malformed(error.to_string()),
        StatusCode::SERVICE_UNAVAILABLE => Problem::Database(DbErr::Custom(error.to_string())),
        _ => {
            tracing::error!(%error, "A program's request failed");
            Problem::Internal
        }
    };
    Ok(problem.as_response())
}
