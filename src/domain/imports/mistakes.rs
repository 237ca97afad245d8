//! What is wrong with a list.

use crate::text;

use std::fmt;

/// Beyond so many mistakes, the rest is only counted.
pub(super) const MAX_MISTAKES: usize = 100;

/// What is wrong with the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where; 0 for the list as a whole.
    pub line: u64,
    /// What is wrong there, in a sentence.
    pub what: String,
}

impl Mistake {
    /// A mistake in this line.
    pub fn at(line: u64, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.what),
            line => write!(f, "{}", text::of("list-line").with("line", line).with("problem", &self.what)),
        }
    }
}

/// By their lines, and no more than anybody reads.
pub(super) fn in_order(mut mistakes: Vec<Mistake>) -> Vec<Mistake> {
    mistakes.sort_by_key(|mistake| mistake.line);
    let more = mistakes.len().saturating_sub(MAX_MISTAKES);
    mistakes.truncate(MAX_MISTAKES);
    if more > 0 {
        mistakes.push(Mistake::at(0, text::of("list-more").with("count", more).say()));
    }
    mistakes
}
