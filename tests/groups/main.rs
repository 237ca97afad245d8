//! Groups, what tokens are held to, and one-time links.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod groups;
mod links;
mod reveals;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
