//! Alarms: what a card says, or that it says nothing, becomes an alert to whom its owner chose, which is over by itself.
//!
//! Every report is looked at in the transaction that keeps the card (`machine`): what it comes to is a row of each alarm,
//! due now or later. One node of all looks for what is due, at its time (`task`): for cards that fell silent and for what
//! has lasted long enough (`noticing`), then for what is to be told, a post in each transaction (`telling`). The rows are
//! the truth: a server that starts again goes on where it was.

pub mod pauses;
pub mod posts;
pub mod task;

pub(in crate::domain) mod machine;
pub(in crate::domain) mod noticing;
pub(in crate::domain) mod rows;
mod subjects;
mod telling;
mod watch;
mod words;
