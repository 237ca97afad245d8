//! What handlers put into their signature, or read from a request.

pub mod auth;
pub mod body;
pub mod client;
pub mod device;
pub mod form;
pub mod json;
pub mod query;
pub mod token;
