//! A critical post as it takes over a screen on a wall: its title and its text.

use askama::Template;
use jiff::tz::TimeZone;

use crate::{
    clock::Moment,
    domain::posts::{Post, alerts},
    text,
};

/// What `_wall_post.html` shows.
#[derive(Clone, Debug)]
pub struct WallPost {
    pub id: i64,
    /// Plain text.
    pub title: String,
    /// Sanitised when it was published.
    pub html: String,
    /// Whether only its beginning is shown.
    pub long: bool,
    pub published: Moment,
    /// When it is no longer shown even if nobody says that it is over.
    pub until: String,
    pub drill: bool,
}

#[derive(Template)]
#[template(path = "_wall_post.html")]
struct Fragment<'a> {
    post: &'a WallPost,
}

impl WallPost {
    /// The post, if it is one that goes on.
    pub fn of(post: &Post, zone: &TimeZone) -> Option<Self> {
        alerts::is_shown(post).then(|| Self {
            id: post.id,
            title: post.title.clone(),
            html: post.html.clone(),
            long: false,
            published: Moment::of(post.published_ms, zone),
            until: alerts::shown_until(post),
            drill: post.drill,
        })
    }

    /// As the page and the stream have it.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn fragment(&self) -> Result<String, askama::Error> {
        Fragment { post: self }.render()
    }
}
