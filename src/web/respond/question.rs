//! The page that asks before something is done that cannot be undone, and names what it takes along. What it
//! leads to is done by its form alone, so that neither a link nor a slip of the finger does it.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    domain::users::User,
    text,
    web::{
        error::Error,
        respond::{
            page::{self, Page},
            section::Section,
        },
    },
};

/// What is asked, and what is said about it.
#[derive(Debug, Template)]
#[template(path = "question.html")]
pub struct Question {
    page: Page,
    /// “Remove “Night shift”?”
    title: String,
    /// What goes with it, and what stays: a sentence each.
    consequences: Vec<String>,
    /// What the button says.
    button: String,
    /// Where the form is sent to.
    action: String,
    /// Where “Do nothing” leads.
    back: String,
}

impl Question {
    /// Asks whether what the button says shall be done by a form sent to `action`.
    pub fn new(title: String, button: String, action: String, back: String) -> Self {
        Self { page: Page::for_nobody(), title, consequences: Vec::new(), button, action, back }
    }

    /// Names one more thing that goes with it, or stays.
    pub fn consequence(mut self, sentence: impl Into<String>) -> Self {
        self.consequences.push(sentence.into());
        self
    }

    /// The page for that admin.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn ask(self, user: &User, section: Section) -> Result<Response, Error> {
        page::show(StatusCode::OK, &Self { page: Page::of(user, section), ..self })
    }
}
