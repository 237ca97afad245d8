//! Rows as templates show them.

pub mod post;
pub mod user;
