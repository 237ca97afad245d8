//! From the log to the screen: every recipient gets every post exactly once, in order, and nobody else does.

pub mod changes;
mod cursors;
mod endings;
pub mod life;
pub mod model;
mod on_sqlite;
mod readers;
mod restores_on_sqlite;
mod streams;
