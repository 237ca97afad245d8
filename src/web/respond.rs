//! What answers are made of.

pub mod confirmation;
pub mod csv;
pub mod error_page;
pub mod login_page;
pub mod page;
pub mod question;
pub mod reveal;
pub mod unsent_form;
