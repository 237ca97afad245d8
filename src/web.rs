//! What is answered over HTTP: every middleware, in order.
//!
//! `routes` lists the addresses, with who may use each; `route` is what a line of that list is made of. A request passes
//! the middleware to a handler in `pages`, `api` or `stream`, whose signature says who may call it (`extract`); what
//! it answers is made of `respond` and `views`.
//!
//! Imports point from routes to pages, api and stream, from these to views and respond, from these to middleware and
//! extract, and from those to `error` and `problem`. Pages do not import pages, and poem appears only here and in `server`.

use poem::{EndpointExt, endpoint::BoxEndpoint};

use crate::{
    app::App,
    web::{
        middleware::{compressed, csrf, headers, host, languages, sessions::Sessions},
        respond::error_page,
    },
};

mod api;
mod error;
mod extract;
mod middleware;
mod pages;
mod ping;
mod problem;
mod respond;
pub mod route;
pub mod routes;
mod stream;
mod views;

/// Everything that is answered over HTTP. The outermost middleware stands last.
///
/// Every middleware names the type that it is put around several times, so that each doubles what the compiler has to look at.
/// Boxed after every few of them, the type stays short.
pub fn endpoint(app: App) -> BoxEndpoint<'static> {
    route::router(routes::routes())
        .around(api::show_lost_as_problem)
        // Twice: an error is an answer too, before the session's cookie is set and after a refusal further out.
        .around(error_page::show_as_page)
        .with(Sessions::new(&app))
        .boxed()
        .around(csrf::refuse_other_sites)
        .around(host::refuse_other_names)
        .around(error_page::show_as_page)
        .boxed()
        .around(languages::speak)
        .around(compressed::pack)
        .around(headers::secure)
        .boxed()
        .data(stream::page::PageStream::new(&app))
        .data(stream::program::ProgramStream::new(&app))
        .data(stream::wall::WallStream::new(&app))
        .data(app)
        .boxed()
}
