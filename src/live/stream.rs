//! One open stream: its task, its reader, and where its bytes go.

pub mod broadcast_cache;
pub mod reader;
pub mod sink;
pub mod source;
pub mod task;
