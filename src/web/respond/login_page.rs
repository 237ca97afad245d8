//! The page for signing in: asked for, or shown to whoever sent a form without being signed in.

use askama::Template;

use crate::{
    text,
    web::{extract::unsent_form::UnsentForm, respond::page::Page},
};

/// What `login.html` shows.
#[derive(Default, Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    pub page: Page,
    pub username: String,
    pub next: String,
    pub problem: Option<String>,
    /// The password was set just now, by a one-time link.
    pub done: bool,
    /// Whether others use the computer, too, as was said; and whether the server says so.
    pub is_shared: bool,
    pub must_share: bool,
    /// What was sent when its sender turned out to be signed out.
    pub unsent: Option<UnsentForm>,
}

impl LoginPage {
    /// For whoever sent this.
    pub fn to_send(unsent: UnsentForm) -> Self {
        Self { next: "/".into(), unsent: Some(unsent), ..Self::default() }
    }
}
