//! By what a name is found as it is typed: the beginnings of its words, without case and accents.

use std::collections::BTreeSet;

use icu_properties::{CodePointSetData, props::Ideographic};

use crate::names::{spelling, words};

/// Letters that tell one word from another; what follows them is not looked at.
const MAX_LETTERS: usize = 12;

/// Words of what is typed that are looked for.
const MAX_WORDS: usize = 6;

/// Every beginning of every word of a name: what is stored, so that it is found by any of them.
pub fn beginnings(name: &str) -> BTreeSet<String> {
    let mut beginnings = BTreeSet::new();
    for word in all_words(name) {
        let ends = word.char_indices().map(|(at, letter)| at + letter.len_utf8());
        beginnings.extend(ends.take(MAX_LETTERS).map(|end| word[..end].to_owned()));
    }
    beginnings
}

/// What is looked for when this is typed: beginnings of words, all of which a name must have. One that is the
/// beginning of another says nothing more, and is left out.
pub fn searched(typed: &str) -> Vec<String> {
    let cut = |word: String| word.chars().take(MAX_LETTERS).collect::<String>();
    let mut words: Vec<String> = words(typed).into_iter().map(cut).collect();
    words.sort();
    words.dedup();
    let is_said = |at: usize| words.get(at + 1).is_some_and(|next| next.starts_with(&words[at]));
    let mut longest: Vec<_> =
        (0..words.len()).filter(|at| !is_said(*at)).map(|at| words[at].clone()).collect();
    longest.truncate(MAX_WORDS);
    longest
}

/// The words of a name; what a hyphen or an apostrophe joins is one word and several. Signs that are words, or parts of
/// them, without a space between, each begin a word.
fn all_words(name: &str) -> Vec<String> {
    let joined: String = name.chars().filter(|c| !spelling::is_punctuation(*c)).collect();
    let apart: String = name.chars().map(|c| if spelling::is_punctuation(c) { ' ' } else { c }).collect();
    let mut all = [words(name), words(&joined), words(&apart)].concat();
    let ideographs = CodePointSetData::new::<Ideographic>();
    for word in words(name) {
        let signs = word.char_indices().filter(|(_, letter)| ideographs.contains(*letter));
        all.extend(signs.map(|(at, _)| word[at..].to_owned()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(typed: &str, name: &str) -> bool {
        let stored = beginnings(name);
        searched(typed).iter().all(|word| stored.contains(word))
    }

    #[test]
    fn a_name_is_found_by_the_beginnings_of_its_words_in_any_order() {
        for (typed, name) in [
            ("muller", "Anna Müller"),
            ("MÜLL an", "Anna Müller"),
            ("anna-l", "Anna-Lena Groß"),
            ("gross lena", "Anna-Lena Groß"),
            ("annalena", "Anna-Lena Groß"),
            ("o'brien", "Flann O’Brien"),
            ("obrien", "Flann O’Brien"),
            ("lukasz", "Łukasz Øverland"),
            ("over", "Łukasz Øverland"),
            ("nguyen", "Nguyễn Thị"),
            ("太", "山田太郎"),
            ("한", "한지민"),
            ("🦊", "Zoë 🦊"),
            ("Ａnna", "Anna"),
            ("", "Anna"),
            (".", "Anna"),
            ("wolfeschlegelstein", "Wolfeschlegelsteinhausenbergerdorff"),
        ] {
            assert!(finds(typed, name), "{typed:?} {name:?}");
        }
        for (typed, name) in
            [("nna", "Anna"), ("anna x", "Anna Berg"), ("annab", "Anna Berg"), ("бер", "Ber")]
        {
            assert!(!finds(typed, name), "{typed:?} {name:?}");
        }
    }

    #[test]
    fn what_is_stored_and_what_is_looked_for_is_bounded() {
        assert_eq!(searched("an anna ann berg b"), ["anna", "berg"]);
        assert_eq!(searched(&"a b c d e f g h i ".repeat(100)).len(), MAX_WORDS);
        assert!(beginnings(&"x".repeat(64)).len() == MAX_LETTERS);
        assert!(beginnings(&"山".repeat(64)).len() <= 64 * MAX_LETTERS);
    }
}
