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

pub mod accounts;
pub mod alerts;
pub mod app;
pub mod assets;
pub mod audit;
pub mod backup;
pub mod builds;
pub mod client;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod entities;
pub mod groups;
pub mod instance;
pub mod limits;
pub mod links;
pub mod live;
pub mod markdown;
pub mod names;
pub mod networks;
pub mod nodes;
pub mod passwords;
pub mod posts;
pub mod private_file;
pub mod publisher;
pub mod restores;
pub mod retention;
pub mod reveals;
pub mod rights;
pub mod secrets;
pub mod server;
pub mod session_store;
pub mod setup;
pub mod spelling;
pub mod throttle;
pub mod tokens;
pub mod touches;
pub mod users;
pub mod web;
