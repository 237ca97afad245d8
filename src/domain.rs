//! What Tidings is about, a file for each noun, and the facets of a noun in its folder: the rules, and what happens
//! in one transaction. It knows the log's table, the broker and the hub, and no pages.
//!
//! Whoever loses a right, publishes, or does what the audit log tells of, does it in a `Change` (`change`): what is
//! changed, its entry in the audit log and its events are committed together, and the tail task is nudged after that.
//! Functions that take a `db` are queries and single writes; functions that take `changes` are whole changes.

pub mod access;
pub mod activity;
pub mod alarms;
pub mod audit;
pub mod backup;
pub mod boards;
pub mod builds;
pub mod cards;
pub mod change;
pub mod duty;
pub mod first_steps;
pub mod groups;
pub mod imports;
pub mod instance;
pub mod links;
pub mod nodes;
pub mod organisation;
mod pace;
pub mod passwords;
pub mod pings;
mod portions;
pub mod posts;
pub mod preferences;
pub mod quiet;
pub mod restores;
pub mod retention;
pub mod reveals;
pub mod rights;
pub mod search;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod telling;
pub mod tokens;
pub mod users;
pub mod walls;
