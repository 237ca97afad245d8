//! What is answered over HTTP: every middleware, in order. The addresses stand in `routes`.

use poem::{Endpoint, EndpointExt, Response};

use crate::{
    app::App,
    web::{
        middleware::{csrf, headers, host, session},
        respond::error,
    },
};

pub mod api;
pub mod extract;
pub mod middleware;
pub mod pages;
pub mod respond;
pub mod route;
pub mod routes;
pub mod stream;
pub mod views;

/// Everything that is answered over HTTP. The outermost middleware stands last.
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    route::router(routes::routes())
        .with(session::Sessions::new(&app))
        .around(csrf::refuse_other_sites)
        .around(host::refuse_other_names)
        .around(error::show_as_page)
        .around(headers::secure)
        .data(stream::page::PageStream::new(&app))
        .data(stream::program::ProgramStream::new(&app))
        .data(app)
        // All of them together make a type that is too deep for the compiler.
        .boxed()
}
