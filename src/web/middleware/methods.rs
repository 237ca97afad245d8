//! Which methods an address takes.

use std::sync::Arc;

use poem::{
    Endpoint, EndpointExt, Request, Response, RouteMethod,
    error::{MethodNotAllowedError, ResponseError},
    http::{Method, StatusCode},
};

use crate::web::extract::session::HeadOnly;

/// The address takes other methods, which the answer names (RFC 9110, section 15.5.6).
#[derive(Debug, thiserror::Error)]
#[error("the address takes {0}")]
pub struct OtherMethods(pub Arc<str>);

impl ResponseError for OtherMethods {
    fn status(&self) -> StatusCode {
        StatusCode::METHOD_NOT_ALLOWED
    }
}

/// Middleware: names the methods in the answer to another one, and notes that a request is for the head alone.
pub fn named(taken: String, methods: RouteMethod) -> impl Endpoint<Output = Response> {
    let taken: Arc<str> = taken.into();
    methods.around(move |endpoint: Arc<RouteMethod>, mut request: Request| {
        let taken = taken.clone();
        if request.method() == Method::HEAD {
            request.extensions_mut().insert(HeadOnly);
        }
        async move {
            endpoint.call(request).await.map_err(|error| match error.is::<MethodNotAllowedError>() {
                true => OtherMethods(taken).into(),
                false => error,
            })
        }
    })
}
