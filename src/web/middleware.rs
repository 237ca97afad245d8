//! What stands around every handler, in the order of `web`.

pub mod cross_origin;
pub mod csrf;
pub mod headers;
pub mod host;
pub mod session;
pub mod timeout;
