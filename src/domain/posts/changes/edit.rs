//! From what was typed to an edit of a post that is there, or to a problem by each field.

use sea_orm::ActiveValue::Set;

use crate::{
    domain::posts::{Post, Problems, Severity, draft},
    entities::posts,
    text,
};

/// Characters of what is said of an alert that is over.
const MAX_NOTE: usize = 500;

/// An edit as it was typed; what is not given stays as it is.
#[derive(Clone, Debug, Default)]
pub struct EditFields {
    /// Plain text on one line.
    pub title: Option<String>,
    /// Markdown.
    pub body: Option<String>,
    /// How urgent the alert is.
    pub severity: Option<Severity>,
    /// The version that was edited, if it is to be the post's still.
    pub version: Option<i64>,
}

/// What is to be another in a post.
#[derive(Clone, Debug)]
pub struct Edit {
    title: Option<String>,
    /// Markdown, and what it looks like.
    text: Option<(String, String)>,
    pub(super) severity: Option<Severity>,
    pub(super) version: Option<i64>,
}

impl Edit {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub fn parse(fields: EditFields) -> Result<Self, Box<Problems>> {
        let EditFields { title, body, severity, version } = fields;
        let title = title.map(|title| draft::title(&title)).transpose();
        let text = body.map(|body| draft::text(&body)).transpose();
        match (title, text) {
            (Ok(title), Ok(text)) => Ok(Self { title, text, severity, version }),
            (title, text) => {
                Err(Box::new(Problems { title: title.err(), body: text.err(), ..Default::default() }))
            }
        }
    }

    /// The same off the async threads, as for a draft.
    ///
    /// # Errors
    /// Everything that is wrong with it, all at once.
    pub async fn parse_aside(fields: EditFields) -> Result<Self, Box<Problems>> {
        let parsed = tokio::task::spawn_blocking(move || Self::parse(fields)).await;
        parsed.expect("parsing does not panic")
    }

    /// Whether the post is like that already.
    pub(super) fn is_of(&self, post: &Post) -> bool {
        self.parts(post).is_empty()
    }

    /// What it changes, in words.
    pub(super) fn parts(&self, post: &Post) -> Vec<&'static str> {
        let title = self.title.as_ref().is_some_and(|title| *title != post.title);
        let text = self.text.as_ref().is_some_and(|(body, _)| *body != post.body);
        let severity = self.severity.is_some() && self.severity != post.severity;
        let parts = [(title, "title"), (text, "text"), (severity, "severity")];
        parts.into_iter().filter(|(is_changed, _)| *is_changed).map(|(_, part)| part).collect()
    }

    pub(super) fn into_row(self) -> posts::ActiveModel {
        let mut row = posts::ActiveModel::default();
        if let Some(title) = self.title {
            row.title = Set(title);
        }
        if let Some((body, html)) = self.text {
            row.body = Set(body);
            row.html = Set(html);
        }
        if let Some(severity) = self.severity {
            row.severity = Set(Some(severity));
        }
        row
    }
}

/// What is said of an alert that is over: none, if nothing was typed.
///
/// # Errors
/// What is wrong with it.
pub fn parse_note(typed: &str) -> Result<Option<String>, String> {
    let note = typed.trim();
    let length = note.chars().count();
    if length > MAX_NOTE {
        return Err(text::of("note-long").with("most", MAX_NOTE).with("length", length).say());
    }
    if typed.chars().any(char::is_control) {
        return Err(text::say("note-lines"));
    }
    Ok((!draft::is_unseen_text(note)).then(|| note.to_owned()))
}
