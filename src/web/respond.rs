//! What answers are made of.

pub mod confirm;
pub mod csv;
pub mod error;
pub mod kept;
pub mod page;
pub mod problem;
pub mod question;
pub mod reveal;
