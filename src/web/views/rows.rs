//! The rows of a list, written once for as long as they would be written the same.

use std::{fmt, sync::Arc};

use askama::{Template, filters::HtmlSafe};

use crate::{
    clock,
    domain::{posts::ListPage, users::User},
    text,
    web::views::post::PostView,
};

/// Rows that are written: HTML, in which all that was typed is escaped or was sanitised.
#[derive(Clone, Debug)]
pub struct Rows(Arc<str>);

#[derive(Template)]
#[template(source = "{% for post in posts %}{% include \"_post.html\" %}{% endfor %}", ext = "html")]
struct Written {
    posts: Vec<PostView>,
}

impl Rows {
    /// The rows of a page of this reader's list, of these posts.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn of(
        page: &ListPage,
        reader: &User,
        posts: impl FnOnce() -> Vec<PostView>,
    ) -> Result<Self, askama::Error> {
        let zone = reader.time_zone.as_deref().unwrap_or_default();
        // Days begin with a minute, and what is no more loud, or cannot be taken back any more, may be told so a minute late.
        let like = format!("{} {zone} {}", text::language().tag(), clock::minute());
        page.written(like, || Written { posts: posts() }.render()).map(Self)
    }
}

impl fmt::Display for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Rows {}
