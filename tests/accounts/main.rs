//! Who may do what: the first administrator, signing in and out, sessions, forged forms, people and their roles.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod forgery;
mod people;
mod rights;
mod routes;
mod setup;
mod signing_in;
#[path = "../support/mod.rs"]
mod support;
