//! What programs do: publish, read and listen with a token, over HTTP and by the command line.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod command_line;
mod described;
mod description;
mod listening;
mod posts;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
