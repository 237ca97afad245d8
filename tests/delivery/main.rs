//! From the log to the screen: every recipient gets every post exactly once, in order, and nobody else does.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod cursors;
mod endings;
mod model;
mod on_sqlite;
mod readers;
mod restores_on_sqlite;
mod streams;
