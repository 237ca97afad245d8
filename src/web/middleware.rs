//! What stands around every handler, in the order of `web`, or around those of some routes.

pub mod compressed;
pub mod cross_origin;
pub mod csrf;
pub mod headers;
pub mod host;
pub mod languages;
pub mod methods;
pub mod secret_addresses;
pub mod sessions;
pub mod timeout;
