//! A post as templates show it: the same for every reader, so that the event's HTML is made once.

use askama::Template;
use jiff::tz::TimeZone;

use crate::{
    clock::Moment,
    domain::posts::{Audience, Draft, Kind, Post, Published, Severity},
};

/// Bytes of HTML; more of it is cut off in the feed, where a link leads to the whole.
const LONG: usize = 2500;

/// What `_post.html` shows.
#[derive(Clone, Debug)]
pub struct PostView {
    /// 0 in a preview.
    pub id: i64,
    pub alert: bool,
    /// The severity as a class; empty for news.
    pub severity: &'static str,
    /// The severity in words; empty for news.
    pub flag: &'static str,
    /// Plain text.
    pub title: String,
    /// Sanitised when it was published.
    pub html: String,
    /// Whether the feed shows only its beginning.
    pub long: bool,
    pub author: String,
    /// Whom it is for, without names.
    pub audience: &'static str,
    pub published: Moment,
    /// The post's own page.
    pub url: String,
}

#[derive(Template)]
#[template(path = "_post.html")]
struct Fragment<'a> {
    post: &'a PostView,
}

impl PostView {
    /// How a post is shown in the feed.
    pub fn of(published: &Published, zone: &TimeZone) -> Self {
        let Published { post, author } = published;
        Self {
            id: post.id,
            alert: post.kind == Kind::Alert,
            severity: severity_class(post.severity),
            flag: severity_words(post.severity),
            title: post.title.clone(),
            html: post.html.clone(),
            long: post.html.len() > LONG,
            author: author.clone(),
            audience: audience_words(post.audience),
            published: Moment::of(post.published_ms, zone),
            url: address(post),
        }
    }

    /// How a draft would be shown if its author published it at this moment.
    pub fn preview(draft: &Draft, author: &str, now_ms: i64, zone: &TimeZone) -> Self {
        Self {
            id: 0,
            alert: draft.kind == Kind::Alert,
            severity: severity_class(draft.severity),
            flag: severity_words(draft.severity),
            title: draft.title.clone(),
            html: draft.html.clone(),
            long: false,
            author: author.into(),
            audience: audience_words(draft.audience),
            published: Moment::of(now_ms, zone),
            url: String::new(),
        }
    }

    /// The feed's row, as the event carries it.
    ///
    /// # Errors
    /// When the template fails, which is a fault of the program.
    pub fn fragment(&self) -> Result<String, askama::Error> {
        Fragment { post: self }.render()
    }
}

/// The address of a post's own page.
pub fn address(post: &Post) -> String {
    format!("/posts/{}", post.id)
}

fn severity_class(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "",
        Some(Severity::Info) => "info",
        Some(Severity::Warning) => "warning",
        Some(Severity::Critical) => "critical",
    }
}

fn severity_words(severity: Option<Severity>) -> &'static str {
    match severity {
        None => "",
        Some(Severity::Info) => "Information",
        Some(Severity::Warning) => "Warning",
        Some(Severity::Critical) => "Critical alert",
    }
}

fn audience_words(audience: Audience) -> &'static str {
    match audience {
        Audience::Everyone => "Everyone",
        Audience::People => "Chosen people",
        Audience::Groups => "Chosen groups",
        Audience::Chosen => "Chosen people and groups",
    }
}
