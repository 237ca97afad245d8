//! Letters as they are searched for: small, and without accents. Names and texts are folded alike.

use icu_normalizer::{
    ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed,
    properties::CanonicalCombiningClassMapBorrowed,
};

use crate::names::spelling;

/// One letter of a text as it is searched for: none of an accent, and several of a letter that stands for them.
pub fn folded(letter: char) -> String {
    match letter {
        'A'..='Z' => letter.to_ascii_lowercase().to_string(),
        // It is the other one at the end of a word.
        'ς' => "σ".to_owned(),
        _ if letter.is_ascii() || is_own(letter) => letter.to_string(),
        _ => {
            let small = spelling::unified(letter.encode_utf8(&mut [0; 4])).to_lowercase();
            without_accents(&spelling::unified(&small))
        }
    }
}

/// Whether it is an accent, which belongs to the letter before it.
pub fn is_accent_mark(c: char) -> bool {
    is_accent(CanonicalCombiningClassMapBorrowed::new().get_u8(c))
}

/// The common signs of Chinese, Japanese and Korean, which are folded to themselves.
fn is_own(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// The same text without accents.
pub(super) fn without_accents(text: &str) -> String {
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
