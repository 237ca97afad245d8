//! Names, of people, groups and whatever else is called something: how one is written (RFC 8265 and 8266, on the
//! Unicode of today instead of their tables' 6.3), when two spellings are one name, which come first, and by which words
//! they are found.

use crate::text;

use icu_properties::{CodePointMapData, props::BidiClass};

pub use beginnings::{beginnings, searched};
pub use called::Called;
pub use keys::{Keys, key, sort_key, written_key};
pub use words::words;

mod beginnings;
mod called;
mod joiners;
mod keys;
pub mod plain;
pub mod spelling;
mod words;

/// A name has at most this many characters.
const MAX_LENGTH: usize = 64;

/// The name as it will be stored, or what is wrong with it in a sentence for whoever typed it.
///
/// # Errors
/// An empty or too long name, one with characters that cannot be seen, and one in two directions.
pub fn parse(typed: &str) -> Result<String, String> {
    const UNSEEN: &str = text::key("name-unseen");
    let name = tidied(typed);
    if name.is_empty() {
        return Err(text::say("name-needed"));
    }
    if name.chars().count() > MAX_LENGTH {
        return Err(text::of("name-too-long").with("most", MAX_LENGTH).say());
    }
    if name.chars().any(|c| spelling::is_unseen(c) && !joiners::is_joiner(c)) || !joiners::all_join(&name) {
        return Err(text::say(UNSEEN));
    }
    if name.split(' ').any(|word| word.starts_with(spelling::is_mark)) {
        return Err(text::say("name-accent"));
    }
    if runs_both_ways(&name) {
        return Err(text::say("name-directions"));
    }
    Ok(name)
}

/// With one narrow space for any, none at the ends, letters of their usual width, composed, and without what
/// chooses between pictures of a character. Nothing that is wrong with it is mended.
fn tidied(typed: &str) -> String {
    let kept: String = typed.chars().filter(|c| !spelling::is_variation_selector(*c)).collect();
    let spaced = with_single_spaces(&kept);
    let mut name = String::with_capacity(spaced.len());
    for c in spaced.chars() {
        if is_of_unusual_width(c) {
            name.push_str(&spelling::unified(c.encode_utf8(&mut [0; 4])));
        } else {
            name.push(c);
        }
    }
    spelling::composed(&name).into_owned()
}

fn with_single_spaces(text: &str) -> String {
    text.split(spelling::is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The wide Latin and narrow Japanese and Korean forms (RFC 8265, section 3.3.1).
fn is_of_unusual_width(c: char) -> bool {
    matches!(c, '\u{ff01}'..='\u{ffef}')
}

/// Whether it would be read in two directions, in whichever order they are shown. The rest of RFC 5893's rule
/// is about what stands beside a name; ours stand alone.
fn runs_both_ways(name: &str) -> bool {
    let runs = |wanted: &[BidiClass]| name.chars().any(|c| wanted.contains(&bidi_class(c)));
    runs(&[BidiClass::LeftToRight])
        && runs(&[BidiClass::RightToLeft, BidiClass::ArabicLetter, BidiClass::ArabicNumber])
}

fn bidi_class(c: char) -> BidiClass {
    CodePointMapData::<BidiClass>::new().get(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_stored_in_one_spelling() {
        for (typed, stored) in [
            (" Anna Berg ", "Anna Berg"),
            ("Anna\u{a0}Berg", "Anna Berg"),
            ("Anna\u{2009}Berg\u{3000}", "Anna Berg"),
            ("Anna  Berg\u{fe0f}", "Anna Berg"),
            ("Zoe\u{308} 🦊", "Zoë 🦊"),
            ("Ａｎｎａ　Ｂｅｒｇ", "Anna Berg"),
            ("ｶﾞﾘﾚｵ", "ガリレオ"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("علی\u{200c}رضا", "علی\u{200c}رضا"),
            ("क्\u{200d}ष", "क्\u{200d}ष"),
            ("علی 2", "علی 2"),
            ("O’Brien, Flann (1)", "O’Brien, Flann (1)"),
            ("Weiß", "Weiß"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(stored), "{typed:?}");
        }
        assert!(parse(&"e\u{301}".repeat(64)).is_ok(), "characters are counted as they are stored");
    }

    #[test]
    fn what_cannot_be_seen_or_read_in_order_is_no_name() {
        for bad in [
            "",
            "   ",
            "\u{a0}",
            "an\nna",
            "tab\t",
            "an\0na",
            "an\u{202e}na",
            "an\u{200b}na",
            "Anna\u{115f}",
            "Anna\u{ffa0}",
            "\u{3164}",
            "\u{2800}",
            "\u{34f}",
            "\u{fe0f}",
            "Anna\u{e0041}",
            "Anna\u{200c}",
            "An\u{200c}na",
            "An\u{200d}na",
            "\u{200c}علی",
            "\u{301}Anna",
            "Anna \u{301}",
            "Anna علی",
            "\u{e000}",
            "\u{fdd0}",
            &"x".repeat(65),
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }
}
