//! What of a post is searched: the words of its title, of its author's name and of its text, in their order. What is bounded
//! here is bounded by PostgreSQL, and is so on both databases.

use std::collections::HashMap;

use crate::{
    domain::posts::search::{html, words::words},
    live::log::posts::Published,
    names::spelling,
};

/// PostgreSQL counts no further than to 16,383.
const MAX_WORDS: usize = 16_000;

/// PostgreSQL keeps 255 places of a word.
const MAX_PLACES: usize = 250;

/// The words of a post.
#[derive(Clone, Debug, Default)]
pub struct Contents(Vec<Option<String>>);

impl Contents {
    /// Of a post that says this.
    pub fn of(title: &str, author: &str, html: &str) -> Self {
        let text = html::text(html);
        let mut places = HashMap::<String, usize>::new();
        let mut contents = Vec::new();
        for part in [title, author, &text] {
            for word in words(&spelling::composed(part)) {
                let count = places.entry(word.text.clone()).or_default();
                *count += 1;
                contents.push((*count <= MAX_PLACES).then_some(word.text));
            }
            // No phrase begins in one part and ends in the next.
            contents.push(None);
        }
        contents.truncate(MAX_WORDS);
        Self(contents)
    }

    /// Of a post as it is.
    pub fn of_post(published: &Published) -> Self {
        Self::of(&published.post.title, &published.author, &published.post.html)
    }

    /// Each place with its word; none where there is a gap.
    pub fn words(&self) -> &[Option<String>] {
        &self.0
    }
}
