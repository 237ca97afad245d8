//! What somebody looks for: words, each the beginning of one, "phrases", and what is not to be there, with a minus before it.
//! Whatever is typed is a query; what is too much of it is left out, and that is known.

use std::ops::Range;

use crate::{
    domain::posts::search::{
        contents::Contents,
        words::{self, Word},
    },
    names::spelling,
};

/// Characters of what is typed that are looked at.
const MAX_TYPED: usize = 200;

/// Terms that are looked for.
const MAX_TERMS: usize = 10;

/// Words of one term.
const MAX_WORDS: usize = 10;

/// What is looked for; nothing in particular, if nothing was typed that could be.
#[derive(Clone, Debug, Default)]
pub struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
    is_cut: bool,
}

/// Words that stand one behind the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The words, one at least.
    pub words: Vec<String>,
    /// Whether the last one is only the beginning of a word.
    pub is_beginning: bool,
    /// As it was typed.
    typed: String,
}

impl Query {
    /// Reads what was typed.
    pub fn parse(typed: &str) -> Self {
        let kept: String = typed.chars().take(MAX_TYPED).collect();
        let mut query = Self { is_cut: kept.len() < typed.trim_end().len(), ..Self::default() };
        let mut rest = spelling::composed(&kept).into_owned();
        rest.retain(|c| c != '\0');
        let mut rest = rest.as_str();
        while let Some((is_wanted, term, after)) = next(rest) {
            rest = after;
            let Some(mut term) = term else { continue };
            query.is_cut |= term.words.len() > MAX_WORDS;
            term.words.truncate(MAX_WORDS);
            if query.wanted.len() + query.unwanted.len() == MAX_TERMS {
                query.is_cut = true;
                break;
            }
            if is_wanted { query.wanted.push(term) } else { query.unwanted.push(term) }
        }
        query
    }

    /// Whether every post meets it.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty() && self.unwanted.is_empty()
    }

    /// What is to be in a post.
    pub fn wanted(&self) -> &[Term] {
        &self.wanted
    }

    /// What is not to be in it.
    pub fn unwanted(&self) -> &[Term] {
        &self.unwanted
    }

    /// What is looked for of it, where more was typed than is.
    pub fn used(&self) -> Option<String> {
        let wanted = self.wanted.iter().map(|term| term.typed.clone());
        let unwanted = self.unwanted.iter().map(|term| format!("-{}", term.typed));
        self.is_cut.then(|| wanted.chain(unwanted).collect::<Vec<_>>().join(" "))
    }

    /// Whether these words meet it.
    pub fn is_met_by(&self, contents: &Contents) -> bool {
        let is_there = |term: &Term| {
            let mut places = contents.words().windows(term.words.len());
            places.any(|some| term.is_at(some.iter().map(Option::as_deref)))
        };
        self.wanted.iter().all(is_there) && !self.unwanted.iter().any(is_there)
    }

    /// Where in a composed text its words stand, in their order.
    pub fn hits(&self, text: &str) -> Vec<Range<usize>> {
        let words = words::words(text);
        let mut is_hit = vec![false; words.len()];
        for term in &self.wanted {
            let length = term.words.len();
            for (at, some) in words.windows(length).enumerate() {
                if term.is_at(some.iter().map(|word| Some(word.text.as_str()))) {
                    is_hit[at..at + length].fill(true);
                }
            }
        }
        let range = |(word, _): (&Word, _)| word.start..word.end;
        words.iter().zip(is_hit).filter(|(_, is_hit)| *is_hit).map(range).collect()
    }
}

impl Term {
    fn is_at<'a>(&self, words: impl Iterator<Item = Option<&'a str>>) -> bool {
        let last = self.words.len() - 1;
        self.words.iter().zip(words).enumerate().all(|(at, (wanted, word))| match word {
            Some(word) if at == last && self.is_beginning => word.starts_with(wanted.as_str()),
            Some(word) => word == wanted,
            None => false,
        })
    }
}

/// The next term of what was typed, if there are words in it, and whether it is to be there; and what follows it.
fn next(typed: &str) -> Option<(bool, Option<Term>, &str)> {
    let typed = typed.trim_start();
    if typed.is_empty() {
        return None;
    }
    let rest = typed.trim_start_matches('-');
    let is_wanted = rest.len() == typed.len();
    let (is_phrase, part, after) = match rest.strip_prefix(is_quote) {
        Some(quoted) => {
            let (part, after) = quoted.split_once(is_quote).unwrap_or((quoted, ""));
            (true, part, after)
        }
        None => {
            let end = rest.find(|c: char| c.is_whitespace() || is_quote(c)).unwrap_or(rest.len());
            (false, &rest[..end], &rest[end..])
        }
    };
    let words: Vec<_> = words::words(part).into_iter().map(|word| word.text).collect();
    let typed = if is_phrase { format!("\"{part}\"") } else { part.to_owned() };
    let term = (!words.is_empty()).then_some(Term { words, is_beginning: !is_phrase, typed });
    Some((is_wanted, term, after))
}

/// Telephones type others than keyboards do.
fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '＂')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(typed: &str) -> String {
        let query = Query::parse(typed);
        let told =
            |term: &Term| format!("{}{}", term.words.join("_"), if term.is_beginning { "*" } else { "" });
        let wanted = query.wanted.iter().map(told);
        let unwanted = query.unwanted.iter().map(|term| format!("-{}", told(term)));
        wanted.chain(unwanted).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_phrases_and_what_is_not_to_be_there_are_read() {
        for (typed, read) in [
            ("Fire DRILL", "fire* drill*"),
            ("\"fire drill\" -\"north gate\" -west", "fire_drill -north_gate -west*"),
            ("„Straße 5“", "strasse_5"),
            ("user@host", "user_host*"),
            ("a\"b c\"d", "a* b_c d*"),
            ("\"not closed", "not_closed"),
            ("- -- \"\" \"-\" …", ""),
            ("--x", "-x*"),
            ("a-b", "a_b*"),
            ("東京", "東_京*"),
            ("x' OR 1=1; --", "x* or* 1_1*"),
            ("NEAR(a b) AND c* ^d", "near_a* b* and* c* d*"),
        ] {
            assert_eq!(told(typed), read, "{typed}");
        }
    }

    #[test]
    fn what_is_too_much_is_left_out_and_that_is_said() {
        let many = Query::parse(&"word ".repeat(11));
        assert_eq!(many.wanted.len(), MAX_TERMS);
        assert_eq!(many.used().as_deref(), Some("word word word word word word word word word word"));
        assert_eq!(Query::parse(&format!("\"{}\"", "a ".repeat(20))).wanted[0].words.len(), MAX_WORDS);
        assert!(Query::parse(&"x".repeat(10_000)).used().is_some());
        assert_eq!(Query::parse("a b").used(), None);
    }

    #[test]
    fn contents_meet_what_is_in_them() {
        let contents = Contents::of("Lift out of order", "Zoë Berg", "<p>The <em>north</em> lift.</p>");
        for (typed, is_met) in [
            ("lift", true),
            ("lif nor", true),
            ("ift", false),
            ("zoe", true),
            ("\"out of order\"", true),
            ("\"out of ord\"", false),
            ("\"order zoe\"", false),
            ("\"north lift\"", true),
            ("lift -north", false),
            ("-south", true),
            ("", true),
        ] {
            assert_eq!(Query::parse(typed).is_met_by(&contents), is_met, "{typed}");
        }
    }
}
