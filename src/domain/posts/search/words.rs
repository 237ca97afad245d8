//! The words of a text: what is between signs that are no letters, without case and accents. Where a language has no spaces,
//! each sign is a word, and so is a picture. Whatever looks for words makes them here, so that it finds what was kept.

use icu_properties::{CodePointMapData, props::Script};

use crate::names::{
    plain::{folded, is_accent_mark},
    spelling,
};

/// Letters that tell one word from another; what follows them is not looked at.
const MAX_LETTERS: usize = 40;

/// A word, and where in the text it stands, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// As it is looked for.
    pub text: String,
    /// Where it begins.
    pub start: usize,
    /// Where what follows it begins.
    pub end: usize,
}

/// What a character is to the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Letter,
    /// A word of its own.
    Sign,
    /// It belongs to what is before it.
    Mark,
    Nothing,
    Between,
}

/// The words of a text, which is composed (`spelling::composed`), in their order.
pub fn words(text: &str) -> Vec<Word> {
    let mut reading = Reading { words: Vec::new(), letters: 0, is_open: false };
    let mut passed = 0;
    for (at, c) in text.char_indices() {
        if at < passed {
            continue;
        }
        let end = at + c.len_utf8();
        match role(c) {
            Role::Letter => reading.letter(c, at, end),
            Role::Sign => reading.sign(c, at, end),
            Role::Mark => reading.mark(c, end),
            Role::Nothing => {}
            Role::Between => {
                passed = at + reading.ending(&text[at..]);
                reading.is_open = false;
            }
        }
    }
    reading.words.retain(|word| !word.text.is_empty());
    reading.words
}

struct Reading {
    words: Vec<Word>,
    /// Of the last word.
    letters: usize,
    /// Whether what comes next is a part of the last word.
    is_open: bool,
}

impl Reading {
    fn letter(&mut self, c: char, at: usize, end: usize) {
        if !self.is_open {
            self.begin(at);
            self.is_open = true;
        }
        let folded = folded(c);
        self.push(folded.chars().filter(|c| matches!(role(*c), Role::Letter | Role::Mark)), end);
    }

    fn sign(&mut self, c: char, at: usize, end: usize) {
        self.begin(at);
        self.push(folded(c).chars().filter(|c| role(*c) != Role::Between), end);
        self.is_open = false;
    }

    /// A vowel of an Indian script says more than an accent does.
    fn mark(&mut self, c: char, end: usize) {
        let Some(last) = self.words.last().filter(|last| last.end + c.len_utf8() == end) else { return };
        if is_accent_mark(c) || last.text.is_empty() {
            self.push([], end);
        } else {
            self.push([c], end);
        }
    }

    /// C++ and C# are words: the bytes of such an ending.
    fn ending(&mut self, rest: &str) -> usize {
        let signs = rest.len() - rest.trim_start_matches(['+', '#']).len();
        let goes_on = rest[signs..].chars().next().is_some_and(|c| role(c) != Role::Between);
        if !self.is_open || signs == 0 || goes_on {
            return 0;
        }
        let end = self.words.last().map_or(0, |word| word.end) + signs;
        self.push(rest[..signs].chars(), end);
        signs
    }

    fn begin(&mut self, at: usize) {
        self.words.push(Word { text: String::new(), start: at, end: at });
        self.letters = 0;
    }

    fn push(&mut self, folded: impl IntoIterator<Item = char>, end: usize) {
        let Some(word) = self.words.last_mut() else { return };
        word.end = end;
        for c in folded.into_iter().take(MAX_LETTERS - self.letters) {
            word.text.push(c);
            self.letters += 1;
        }
    }
}

fn role(c: char) -> Role {
    match c {
        _ if c.is_ascii_alphanumeric() => Role::Letter,
        _ if c.is_ascii() => Role::Between,
        _ if spelling::is_ignorable(c) || is_skin_tone(c) => Role::Nothing,
        _ if spelling::is_mark(c) => Role::Mark,
        _ if is_without_spaces(c) => Role::Sign,
        _ if c.is_alphanumeric() => Role::Letter,
        _ if spelling::is_symbol(c) => Role::Sign,
        _ => Role::Between,
    }
}

fn is_skin_tone(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Whether it is of a script that is written without spaces between words.
fn is_without_spaces(c: char) -> bool {
    let script = CodePointMapData::<Script>::new().get(c);
    [
        Script::Han,
        Script::Hiragana,
        Script::Katakana,
        Script::Thai,
        Script::Lao,
        Script::Khmer,
        Script::Myanmar,
    ]
    .contains(&script)
        && c.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        words(&spelling::composed(text)).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_folded_and_parted_at_what_is_no_letter() {
        for (text, found) in [
            ("Zoë’s CAFÉ, Straße!", &["zoe", "s", "cafe", "strasse"][..]),
            ("Cafe\u{301} cafe\u{301}s", &["cafe", "cafes"]),
            ("STRASSE ẞ ﬁx ½ km²", &["strasse", "ss", "fix", "12", "km2"]),
            ("user@host.example 10.0.0.7", &["user", "host", "example", "10", "0", "0", "7"]),
            ("C++, C# and A+B #5", &["c++", "c#", "and", "a", "b", "5"]),
            ("ΟΔΟΣ οδός", &["οδοσ", "οδοσ"]),
            ("東京タワー", &["東", "京", "タ", "ワ", "ー"]),
            ("東京tower", &["東", "京", "tower"]),
            ("한국 사람", &["한국", "사람"]),
            ("नमस्ते दुनिया", &["नमस्ते", "दुनिया"]),
            ("go 👍🏽👩‍🚒 ❤️", &["go", "👍", "👩", "🚒", "❤"]),
            ("5 € und ±3", &["5", "€", "und", "±", "3"]),
            ("\0 \u{fffd} \u{202e} - \" '", &["\u{fffd}"]),
            ("soft\u{ad}ware", &["software"]),
            ("", &[]),
        ] {
            assert_eq!(told(text), found, "{text:?}");
        }
        assert_eq!(told(&"x".repeat(100)), ["x".repeat(MAX_LETTERS)]);
    }

    #[test]
    fn it_is_known_where_words_stand() {
        let text = "Ärger in C++ 👍🏽!";

        let places: Vec<_> = words(text).iter().map(|word| &text[word.start..word.end]).collect();

        assert_eq!(places, ["Ärger", "in", "C++", "👍"]);
    }

    #[test]
    fn a_word_has_no_sign_that_a_database_would_take_for_its_own() {
        let all: String = (0..=0x2_ffff).filter_map(char::from_u32).flat_map(|c| [c, ' ']).collect();

        for word in words(&all) {
            let is_plain =
                |c: char| !c.is_ascii() || c.is_ascii_lowercase() || c.is_ascii_digit() || "+#".contains(c);
            assert!(word.text.chars().all(is_plain), "{word:?}");
            assert!(!word.text.chars().any(char::is_whitespace), "{word:?}");
        }
    }
}
