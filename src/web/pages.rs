//! The pages, a file for each noun. None knows another.

pub mod account;
pub mod alerts;
pub mod all_boards;
pub mod api_guide;
pub mod assets;
pub mod audit;
pub mod board_form;
pub mod boards;
pub mod cards;
pub mod feed;
pub mod group;
pub mod groups;
pub mod health;
pub mod imports;
pub mod invitations;
pub mod link;
pub mod login;
pub mod post_form;
pub mod posts;
pub mod sessions;
pub mod setup;
pub mod suggestions;
pub mod tokens;
pub mod user;
pub mod users;
