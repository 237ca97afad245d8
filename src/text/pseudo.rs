//! A language of debug builds, to see what pages do with such a one: English, written from right to left and longer than most.

/// The text, turned round and 40 % longer.
pub(super) fn of(text: &str) -> String {
    let more = text.chars().count() * 2 / 5;
    // Numbers that stand alone are values, in attributes too.
    format!("\u{202e}{text}{}\u{202c}", "·".repeat(more.max(1)))
}
