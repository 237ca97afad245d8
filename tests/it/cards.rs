//! Cards: what programs may say of them, who sees them, and how they come to open streams.

mod alarms;
mod audiences;
mod command;
mod history;
mod keeping;
mod limits;
pub mod model;
pub mod pings;
mod plans;
mod publishing;
mod settings;
mod watching;
