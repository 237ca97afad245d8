//! What the program promises, asked of the real binary over HTTP, over TLS and by its commands. A module per noun.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api;
mod arrows;
mod attacks;
mod audit;
#[expect(dead_code, reason = "a part of what people do in a browser is done here")]
#[path = "../browser/browser.rs"]
mod browser;
mod budget;
mod cards;
mod catalogues;
mod confirmation;
mod connection;
mod cookies;
mod delivery;
mod duty;
mod faults;
mod first_steps;
mod forgery;
mod groups;
mod guessing;
mod imports;
mod languages;
mod links;
mod lists;
mod menu;
mod moved_clock;
mod names;
mod nodes;
mod organisation;
mod passwords;
mod posts;
mod preferences;
mod quiet;
mod receipts;
mod reveals;
mod rights;
mod routes;
mod search;
mod server;
mod sessions;
mod setup;
mod sign_in;
mod snoozes;
#[path = "../support/mod.rs"]
mod support;
mod tls;
mod tokens;
mod unsent;
mod users;
mod walls;
