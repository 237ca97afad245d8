//! The contents page: every middleware, in order, and every route with who may use it.

use poem::{Endpoint, EndpointExt, Response};

use self::routes::{
    Line,
    Who::{Admin, Anyone, Member, PublishToken, Publisher, StreamToken},
    get, post,
};
use crate::app::App;

pub mod account;
pub mod alerts;
pub mod api;
pub mod api_guide;
pub mod assets;
pub mod audit;
pub mod auth;
pub mod body;
pub mod client;
pub mod confirm;
pub mod csrf;
pub mod csv;
pub mod device;
pub mod error;
pub mod event_stream;
pub mod form;
pub mod groups;
pub mod headers;
pub mod health;
pub mod home;
pub mod host;
pub mod invitations;
pub mod kept;
pub mod link;
pub mod login;
pub mod page;
pub mod patience;
pub mod people;
pub mod person;
pub mod person_view;
pub mod post_view;
pub mod posts;
pub mod query;
pub mod question;
pub mod reveal;
pub mod routes;
pub mod session;
pub mod setup;
pub mod signed_in;
pub mod stream;
pub mod takeover;
pub mod tokens;

/// Everything that is answered over HTTP. The outermost middleware stands last.
pub fn endpoint(app: App) -> impl Endpoint<Output = Response> {
    routes::router(routes())
        .with(session::Sessions::new(&app))
        .around(csrf::refuse_other_sites)
        .around(host::refuse_other_names)
        .around(error::show_as_page)
        .around(headers::secure)
        .data(stream::PageStream::new(&app))
        .data(api::stream::ProgramStream::new(&app))
        .data(app)
        // All of them together make a type that is too deep for the compiler.
        .boxed()
}

/// The addresses, and who may use each.
pub fn routes() -> Vec<Line> {
    vec![
        get("/", Member, home::show),
        get("/posts/:id", Member, posts::show),
        post("/posts/:id/dismissal", Member, alerts::dismiss),
        get("/alerts", Anyone, alerts::list),
        get("/account", Member, account::show),
        post("/account/password", Member, account::set_password),
        post("/account/sessions/revocation", Member, signed_in::end_my_others),
        post("/account/sessions/:key/revocation", Member, signed_in::end_mine),
        get("/admin/posts/new", Publisher, posts::new),
        post("/admin/posts", Publisher, posts::create),
        post("/admin/posts/draft", Publisher, posts::draft),
        get("/admin/people", Admin, people::list),
        post("/admin/people", Admin, people::create),
        get("/admin/people/:id", Admin, person::show),
        post("/admin/people/:id/role", Admin, person::set_role),
        post("/admin/people/:id/access", Admin, person::set_access),
        post("/admin/people/:id/password", Admin, person::set_password),
        post("/admin/people/:id/sessions/revocation", Admin, signed_in::end_all_theirs),
        post("/admin/people/:id/sessions/:key/revocation", Admin, signed_in::end_theirs),
        post("/admin/people/:id/link", Admin, invitations::offer_password),
        get("/admin/invitations", Admin, invitations::list),
        post("/admin/invitations", Admin, invitations::create),
        get("/admin/invitations/:id/withdrawal", Admin, invitations::ask),
        post("/admin/invitations/:id/withdrawal", Admin, invitations::withdraw),
        get("/admin/groups", Admin, groups::list),
        post("/admin/groups", Admin, groups::create),
        get("/admin/groups/:id", Admin, groups::show),
        post("/admin/groups/:id/name", Admin, groups::rename),
        get("/admin/groups/:id/removal", Admin, groups::ask),
        post("/admin/groups/:id/removal", Admin, groups::remove),
        post("/admin/groups/:id/members", Admin, groups::join),
        post("/admin/groups/:id/members/:person/removal", Admin, groups::leave),
        get("/admin/tokens", Admin, tokens::list),
        post("/admin/tokens", Admin, tokens::create),
        get("/admin/tokens/:id/revocation", Admin, tokens::ask),
        post("/admin/tokens/:id/revocation", Admin, tokens::revoke),
        get("/admin/audit", Admin, audit::show),
        get("/admin/audit.csv", Admin, audit::export),
        get("/login", Anyone, login::show),
        post("/login", Anyone, login::create),
        post("/logout", Anyone, login::destroy),
        get("/link", Anyone, link::show),
        post("/link", Anyone, link::create),
        get("/setup", Anyone, setup::show),
        post("/setup", Anyone, setup::create),
        get("/session", Anyone, session::show),
        routes::stream("/stream", Member, stream::open),
        get("/assets/*path", Anyone, assets::show),
        get("/api", Anyone, api_guide::show),
        get("/api/v1/posts", StreamToken, api::posts::list),
        post("/api/v1/posts", PublishToken, api::posts::create),
        get("/api/v1/posts/:id", StreamToken, api::posts::show),
        routes::stream("/api/v1/stream", StreamToken, api::stream::open),
        get("/api/v1/openapi.json", Anyone, api::openapi::show),
        get("/healthz", Anyone, health::alive),
        get("/readyz", Anyone, health::ready),
    ]
}
