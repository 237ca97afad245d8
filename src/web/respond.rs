//! What answers are made of.

pub mod confirmation;
pub mod download;
pub mod error_page;
pub mod login_page;
pub mod notice;
pub mod page;
pub mod problems;
pub mod question;
pub mod reveal;
pub mod section;
pub mod unsent_form;
