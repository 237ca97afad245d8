//! Tidings: live news and alerts for the people of one organisation, from one binary. This is the map; what holds in each
//! room is told in `docs/architecture.md`.
//!
//! Imports point one way: `cli → server, web → domain → live → db → entities → ids`. `app` builds `domain` and `live`, and
//! is handed to `web`; pages do not import pages. Modules are private, so that the compiler finds what nobody uses.
//!
//! The life of a request: `server` accepts the connection and sets its deadlines; `web` routes the request through its
//! middleware to a handler, whose signature says who may call it; the handler parses, calls the domain, answers.
//!
//! The life of an event: `domain::posts::publishing` writes the post and its event in one transaction; the broker nudges the
//! tail task (`live::log::tail_task`), which reads what was committed and tells the hub; the hub wakes the streams
//! concerned, and the reader (`live::stream::reader`) of each pulls what its user may see, and sends it. Whatever has
//! to be waited for is done by the stream's own task (`live::stream::task`).

mod app;
mod assets;
mod cli;
mod clock;
mod config;
mod db;
mod digest;
mod domain;
mod entities;
mod ids;
mod live;
mod names;
mod networks;
mod server;
mod tables;
mod text;
mod web;

pub use cli::main;
// For tests: every address, and who may use it.
pub use web::{route, routes};

/// With what benchmarks fill a database.
pub mod seed {
    pub use crate::{
        config::Database,
        db::Db,
        domain::{
            instance::Instance,
            tokens::{NewToken, Scopes, add as add_token},
            users::{Role, User, add as add_user},
        },
        entities::sessions,
        ids::SessionKey,
    };
}
