//! A title and a text as they were typed, held to what lists, pages and databases bear.

use super::Parsed;
use crate::{
    domain::posts::{
        markdown::{self, TooMuch},
        unseen,
    },
    text,
};

/// Characters. More is not read on a telephone's lock screen.
const MAX_TITLE: usize = 200;

/// Bytes of a text, in Markdown.
const MAX_BODY: usize = 64 * 1024;

/// A title as it was typed, or what is wrong with it.
pub(in crate::domain::posts) fn title(typed: &str) -> Parsed<String> {
    let title = typed.trim();
    let length = title.chars().count();
    if unseen::is_unseen_text(title) {
        return Err(text::say("draft-title"));
    }
    if length > MAX_TITLE {
        return Err(text::of("draft-title-long").with("most", MAX_TITLE).with("length", length).say());
    }
    // Looked for in all that was typed, the ends included: nothing is dropped in silence.
    if typed.chars().any(char::is_control) {
        return Err(text::say("draft-title-lines"));
    }
    Ok(title.to_owned())
}

/// A text as it was typed, and what it looks like, or what is wrong with it.
pub(in crate::domain::posts) fn text(typed: &str) -> Parsed<(String, String)> {
    body(typed).and_then(rendered)
}

fn body(typed: &str) -> Parsed<String> {
    // Browsers send CR LF; NUL cannot be stored by every database, and CommonMark replaces it likewise.
    let body = typed.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
    if body.len() > MAX_BODY {
        let kib = body.len().div_ceil(1024);
        return Err(text::of("draft-body-long").with("most", MAX_BODY / 1024).with("size", kib).say());
    }
    Ok(body)
}

fn rendered(body: String) -> Parsed<(String, String)> {
    match markdown::render(&body) {
        Ok(html) => Ok((body, html)),
        Err(TooMuch::Elements) => Err(text::say("draft-body-elements")),
        Err(TooMuch::Bytes) => Err(text::say("draft-body-page")),
    }
}
