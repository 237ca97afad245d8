//! What is said of something that was done to a post: of an alert that is over, or why one was taken back.

use crate::{domain::posts::unseen, text};

/// Characters of a note.
const MAX_NOTE: usize = 500;

/// Why something was done that cannot be undone, which is to be said.
///
/// # Errors
/// What is wrong with it.
pub fn parse_reason(typed: &str) -> Result<String, String> {
    parse_note(typed)?.ok_or_else(|| text::say("reason-missing"))
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
    Ok((!unseen::is_unseen_text(note)).then(|| note.to_owned()))
}
