//! Who may do what: the first administrator, signing in and out, sessions, forged forms, people and their roles.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod confirming;
mod cookies;
mod forgery;
mod guessing;
mod kept;
mod names;
mod passwords;
mod people;
mod rights;
mod routes;
mod sessions;
mod setup;
mod signing_in;
#[path = "../support/mod.rs"]
mod support;
