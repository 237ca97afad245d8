//! Rows as templates show them.

pub mod asked;
pub mod board;
pub mod came_from;
pub mod card;
pub mod duty;
pub mod feed;
pub mod history;
pub mod list;
pub mod pause;
pub mod picker;
pub mod post;
pub mod post_form;
pub mod preferences;
pub mod quiet;
pub mod reach;
pub mod record;
pub mod rows;
pub mod sessions;
pub mod snooze;
pub mod user;
pub mod wall_post;
pub mod writers;
