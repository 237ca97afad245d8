//! Values and lines of text that may be shown.

use crate::{domain::cards::fields::Patch, live::state::ValueKind};

/// Characters of a value that is a text.
const MAX_VALUE: usize = 40;

/// A value that may be shown.
pub(in crate::domain::cards) fn checked(value: ValueKind) -> Result<ValueKind, String> {
    match value {
        ValueKind::Number(number) if number.is_finite() => Ok(ValueKind::Number(number)),
        ValueKind::Text(text) => {
            let line = line(&text, MAX_VALUE)?.ok_or("A value has a character at least.")?;
            Ok(ValueKind::Text(line))
        }
        ValueKind::Number(_) => Err("A value is a number, or text of up to 40 characters.".into()),
    }
}

/// Sets a line of text, if something is said of it.
pub(super) fn set_line(
    given: &Patch<String>,
    max: usize,
    set: impl FnOnce(Option<Box<str>>),
) -> Result<(), String> {
    let Some(given) = given else { return Ok(()) };
    set(given.as_deref().map(|text| line(text, max)).transpose()?.flatten());
    Ok(())
}

/// One line of plain text; none if nothing is on it.
fn line(text: &str, max: usize) -> Result<Option<Box<str>>, String> {
    let trimmed = text.trim();
    if trimmed.chars().any(char::is_control) {
        return Err("It is one line of plain text, without control characters.".into());
    }
    let length = trimmed.chars().count();
    if length > max {
        return Err(format!("It has at most {max} characters; this one has {length}."));
    }
    Ok((length > 0).then(|| trimmed.into()))
}
