//! The words of a name, as people search for them: without case and accents.

use icu_normalizer::{
    ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed,
    properties::CanonicalCombiningClassMapBorrowed,
};

use crate::names::{key, spelling};

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

fn without_accents(text: &str) -> String {
    let parts = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let bare: String = parts.chars().filter(|c| !is_accent(classes.get_u8(*c))).collect();
    let mut plain = String::with_capacity(bare.len());
    for c in ComposingNormalizerBorrowed::new_nfc().normalize(&bare).chars() {
        match base_letters(c) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(c),
        }
    }
    plain
}

/// By its canonical combining class: points of Semitic scripts, and marks above and below. What else combines is
/// a letter of its own, such as a vowel of an Indian script.
fn is_accent(class: u8) -> bool {
    matches!(class, 10..=36 | 200..)
}

/// Letters with a stroke, and two in one, which do not decompose.
fn base_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'ŧ' => "t",
        'þ' => "th",
        _ => return None,
    })
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
