//! One open stream: its task, its reader, and where its bytes go.

pub mod sink;
pub mod source;
pub mod task;

mod broadcast_cache;
pub(super) mod reader;
