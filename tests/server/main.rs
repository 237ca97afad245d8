//! The process and its sockets: starting, stopping, limits, deadlines, bad clients.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod clock;
mod limits;
mod log;
mod on_sqlite;
mod output;
mod requests;
mod secrets;
mod starting;
mod stopping;
#[path = "../support/mod.rs"]
mod support;
