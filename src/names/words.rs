//! The words of a name, as people search for them: without case and accents.

use crate::names::{key, plain::without_accents, spelling};

/// The words of a name, or of what somebody searches for, once each and in order.
pub fn words(name: &str) -> Vec<String> {
    let key: String = key(name).chars().filter(|c| !is_apostrophe(*c)).collect();
    let plain = without_accents(&key);
    let mut words: Vec<_> = plain.split(is_between_words).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().map(str::to_owned).collect()
}

/// Searching for `obrien` finds O’Brien.
fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

fn is_between_words(c: char) -> bool {
    c.is_ascii_punctuation() || spelling::is_space(c) || spelling::is_punctuation(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_without_case_and_accents() {
        for (name, found) in [
            ("Zoë Müller-Lüdenscheidt", &["ludenscheidt", "muller", "zoe"][..]),
            ("O’BRIEN, Flann (1)", &["1", "flann", "obrien"]),
            ("Łukasz Weiß Øre", &["lukasz", "ore", "weiss"]),
            ("ann ANN  Ann", &["ann"]),
            ("Ян", &["ян"]),
            ("がく", &["がく"]),
            ("कि", &["कि"]),
            ("Zoe 🦊", &["zoe", "🦊"]),
            (" – ", &[]),
        ] {
            assert_eq!(words(name), found, "{name}");
        }
        assert_eq!(words(&key("Zoë Müller")), words("Zoë Müller"), "a stored key has the same words");
    }
}
