//! Tidings: live news and alerts for the people of one organisation, from one binary.
//!
//! Imports point one way: `main → server → web → app → {publisher, accounts, users, posts, live, …} → entities`.
//!
//! The life of a request: `server` accepts and paces the connection; `web` routes it through its middleware
//! to a handler, whose signature says who may call it; the handler parses, calls the domain, answers.
//!
//! The life of an event: `publisher` writes the post and its event in one transaction; the broker nudges
//! the tail task (`live::tail_task`), which reads what was committed and tells the hub; the hub delivers it: the
//! reader (`live::reader`) of each stream concerned pulls what its user may see, and sends it. Whatever has to be
//! waited for is the stream's own task's (`live::follow`).

pub mod app;
pub mod assets;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod digest;
pub mod domain;
pub mod entities;
pub mod ids;
pub mod live;
pub mod names;
pub mod networks;
pub mod server;
pub mod web;
