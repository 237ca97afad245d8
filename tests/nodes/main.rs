//! Several nodes on one PostgreSQL, with Redis between them or not: the same promises.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod away;
mod cluster;
mod counter;
mod delivery;
mod disk;
mod guessing;
mod nudges;
mod once;
mod partition;
mod people;
mod reader;
mod rights;
mod silence;
mod starting;
#[path = "../support/mod.rs"]
mod support;
mod timelines;
