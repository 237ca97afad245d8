//! Several nodes on one PostgreSQL, with Redis between them or not: the same promises.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod away;
mod builds;
mod cluster;
mod counter;
mod delivery;
mod disk;
mod guessing;
mod nudges;
mod once;
mod partition;
mod people;
mod pooler;
mod reader;
mod redis_rights;
mod rights;
mod role;
mod silence;
mod starting;
#[path = "../support/mod.rs"]
mod support;
mod timelines;
mod upgrade;
