//! The contents page: every middleware, in order, and every route.

use poem::{Endpoint, EndpointExt, Response, Route, get, post};

use crate::app::App;

pub mod api;
pub mod api_guide;
pub mod assets;
pub mod auth;
pub mod body;
pub mod client;
pub mod csrf;
pub mod error;
pub mod event_stream;
pub mod form;
pub mod headers;
pub mod health;
pub mod home;
pub mod login;
pub mod page;
pub mod people;
pub mod post_view;
pub mod posts;
pub mod session;
pub mod setup;
pub mod stream;
pub mod takeover;
pub mod tokens;

/// Everything that is answered over HTTP. The outermost middleware stands last.
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    routes()
        .with(session::Sessions::new(&app))
        .around(csrf::refuse_other_sites)
        .data(stream::PageStream::new(&app))
        .data(app)
        .around(error::show_as_page)
        .around(headers::secure)
}

fn routes() -> Route {
    Route::new()
        .at("/", get(home::show))
        .at("/posts/:id", get(posts::show))
        .at("/admin/posts/new", get(posts::new))
        .at("/admin/posts", post(posts::create))
        .at("/admin/posts/draft", post(posts::draft))
        .at("/admin/people", get(people::list).post(people::create))
        .at("/admin/people/:id", get(people::show))
        .at("/admin/people/:id/role", post(people::set_role))
        .at("/admin/people/:id/access", post(people::set_access))
        .at("/admin/people/:id/password", post(people::set_password))
        .at("/admin/tokens", get(tokens::list).post(tokens::create))
        .at("/admin/tokens/:id/revocation", post(tokens::revoke))
        .at("/login", get(login::show).post(login::create))
        .at("/logout", post(login::destroy))
        .at("/setup", get(setup::show).post(setup::create))
        .at("/session", get(session::show))
        .at("/stream", get(stream::open))
        .at("/assets/*path", get(assets::show))
        .at("/api", get(api_guide::show))
        .nest("/api/v1", api::routes())
        .at("/healthz", get(health::alive))
        .at("/readyz", get(health::ready))
}
