//! Texts of which nothing can be seen.

use crate::names::spelling;

/// Whether nothing of it can be seen.
pub(super) fn is_unseen_text(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// What takes no room of its own or shows nothing: accents alone, what Unicode calls default ignorable, and
/// the blanks among symbols.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || spelling::is_ignorable(c)
        || spelling::is_mark(c)
        || matches!(c, '\u{2800}' | '\u{1d159}' | '\u{fff9}'..='\u{fffc}')
}
