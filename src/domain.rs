//! What Tidings is about, a file for each noun: the rules, and what happens in one transaction.

pub mod access;
pub mod activity;
pub mod audit;
pub mod backup;
pub mod builds;
pub mod groups;
pub mod instance;
pub mod links;
pub mod nodes;
pub mod passwords;
pub mod posts;
pub mod restores;
pub mod retention;
pub mod reveals;
pub mod rights;
pub mod sessions;
pub mod setup;
pub mod throttle;
pub mod tokens;
pub mod users;
