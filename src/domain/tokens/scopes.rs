//! What a program may do with its token.

use std::fmt;

use crate::text::{self, Text};

/// What a program may do with its token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    /// Post, if its owner may.
    pub publish: bool,
    /// Listen, and read posts.
    pub stream: bool,
    /// Keep cards, if its owner may post.
    pub cards: bool,
}

/// The text names no scopes.
#[derive(Debug, thiserror::Error)]
#[error("scopes are `publish`, `stream` and `cards`, with commas between")]
pub struct NoScopes;

impl std::str::FromStr for Scopes {
    type Err = NoScopes;

    fn from_str(text: &str) -> Result<Self, NoScopes> {
        let mut scopes = Self::default();
        for scope in text.split(',').map(str::trim).filter(|scope| !scope.is_empty()) {
            match scope {
                "publish" => scopes.publish = true,
                "stream" => scopes.stream = true,
                "cards" => scopes.cards = true,
                _ => return Err(NoScopes),
            }
        }
        if scopes == Self::default() {
            return Err(NoScopes);
        }
        Ok(scopes)
    }
}

impl Scopes {
    /// What they let a program do, one by one, in the reader's language.
    pub fn in_words(self) -> impl Iterator<Item = Text> {
        let all = [
            (self.publish, text::of("scope-publish")),
            (self.stream, text::of("scope-stream")),
            (self.cards, text::of("scope-cards")),
        ];
        all.into_iter().filter_map(|(is_given, words)| is_given.then_some(words))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [(self.publish, "publish"), (self.stream, "stream"), (self.cards, "cards")];
        let given: Vec<_> = all.into_iter().filter_map(|(is_given, word)| is_given.then_some(word)).collect();
        f.write_str(&given.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_nothing_else_is() {
        let read = |text: &str| text.parse::<Scopes>().map(|scopes| scopes.to_string()).ok();

        assert_eq!(read("publish").as_deref(), Some("publish"));
        assert_eq!(read("cards, publish, stream").as_deref(), Some("publish,stream,cards"));
        assert_eq!(read(""), None);
        assert_eq!(read("publish,admin"), None);
    }
}
