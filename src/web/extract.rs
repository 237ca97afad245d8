//! What handlers put into their signature, or read from a request.

pub mod access;
pub mod body;
pub mod client;
pub mod device;
pub mod form;
pub mod frame;
pub mod json;
pub mod query;
pub mod session;
pub mod token;
pub mod unsent_form;
pub mod upload;
pub mod wall;
