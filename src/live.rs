//! What makes the pages live: the log and its reader, who is listening, and the loop that serves one stream.
//! Knows nothing of HTTP, pages or the rest of the program.
//!
//! publish → commit → the broker nudges → the tail task reads → the hub has each stream's reader pull and send; the
//! stream's own task (`follow`) is called only to what has to be waited for

pub use broker::Broker;
pub use cursor::Cursor;
pub use event::Event;
pub use hub::Hub;
pub use listeners::Listeners;
pub use log::Log;

pub mod audience;
pub mod broker;
pub mod cursor;
pub mod event;
pub mod hub;
pub mod listeners;
pub mod log;
pub mod right;
pub mod sse;
pub mod stream;
