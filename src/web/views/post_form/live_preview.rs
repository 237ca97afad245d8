//! What is being written, as readers would get it, for the place beside the form.

use askama::Template;
use poem::{Response, http::StatusCode};

use crate::{
    text,
    web::{error::Error, respond::page, views::post::PostView},
};

#[derive(Template)]
#[template(path = "_beside.html")]
struct Beside {
    post: PostView,
    /// As a notification says it.
    title: String,
}

/// The row of the post alone, and its title as it is told.
pub fn show_beside(post: PostView, title: String) -> Result<Response, Error> {
    page::show(StatusCode::OK, &Beside { post, title })
}
