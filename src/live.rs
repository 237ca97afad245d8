//! What makes the pages live: the log of events, who listens, and how what was published comes to them.
//!
//! The life of an event: its writer appends it to the table (`log::table`) as the last statements of a transaction,
//! commits, and nudges (`broker`); the tail task (`log::tail_task`) reads it into memory (`log::tail`); the hub delivers
//! (`hub`): the reader of each stream concerned pulls what its user may see, and sends it (`stream::reader`). What has
//! to be waited for, a slow client or the table, the stream's own task does (`stream::task`).
//!
//! Invariant: `live` reads no domain and no HTTP. Whether a right still stands, and how a post looks to a client, are
//! functions that `stream::source::Source` is given; where the bytes go is a `stream::sink::Sink`.

pub use broker::Broker;
pub use cursor::Cursor;
pub use event::Event;
pub use hub::Hub;
pub use listeners::Listeners;
pub use log::Log;
pub use state::State;
pub use viewers::Viewers;

pub mod audience;
pub mod cursor;
pub mod event;
pub mod hub;
pub mod listeners;
pub mod log;
pub mod right;
pub mod sse;
pub mod state;
pub mod stream;
pub mod viewers;

mod broker;
mod looks;
