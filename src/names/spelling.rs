//! How Unicode lets one text be spelled: which spellings are the same, and which characters cannot be seen.
//! Nothing here knows what a text is for; `names` and `passwords` do.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{
        DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, HangulSyllableType,
        NoncharacterCodePoint,
    },
};

/// Composed, without any other change (UAX 15, form C): what most keyboards type.
pub fn composed(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// Composed, and with one character for those that mean the same, such as ﬁ and fi (UAX 15, form KC).
pub fn unified(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text)
}

/// Whether it is a space of whatever width (`Zs`); keyboards type some of them unasked.
pub fn is_space(c: char) -> bool {
    category(c) == GeneralCategory::SpaceSeparator
}

/// Whether it belongs to the character before it, like an accent.
pub fn is_mark(c: char) -> bool {
    GeneralCategoryGroup::Mark.contains(category(c))
}

/// Whether it is a comma, a hyphen, a bracket or the like.
pub fn is_punctuation(c: char) -> bool {
    GeneralCategoryGroup::Punctuation.contains(category(c))
}

/// Whether it is a picture, a currency or the like.
pub fn is_symbol(c: char) -> bool {
    GeneralCategoryGroup::Symbol.contains(category(c))
}

/// Whether it is there to be left out by whoever shows or compares text (`Default_Ignorable_Code_Point`).
pub fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Whether it only chooses between pictures of the character before it.
pub fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Whether nothing is to be seen of it, or not the same everywhere: what RFC 8264 (section 4.3) keeps out of
/// every text, and the blanks that Unicode counts as symbols or letters.
pub fn is_unseen(c: char) -> bool {
    /// Braille without dots, the null notehead, blanks between hieroglyphs and Khitan signs, and what stands
    /// for an object that text cannot hold.
    const BLANK: [char; 6] = ['\u{2800}', '\u{1d159}', '\u{13441}', '\u{13442}', '\u{16fe4}', '\u{fffc}'];
    is_ignorable(c)
        || BLANK.contains(&c)
        || is_old_jamo(c)
        || GeneralCategoryGroup::Other.contains(category(c))
        || matches!(category(c), GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator)
}

/// Whether no keyboard types it: what controls a device, ends a line, marks the order of bytes, or is no
/// character.
pub fn is_untypable(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
        || c.is_control()
        || CodePointSetData::new::<NoncharacterCodePoint>().contains(c)
}

/// Parts of a Hangul syllable that composing left over; no keyboard of today types them.
fn is_old_jamo(c: char) -> bool {
    use HangulSyllableType as Kind;
    let kind = CodePointMapData::<Kind>::new().get(c);
    matches!(kind, Kind::LeadingJamo | Kind::VowelJamo | Kind::TrailingJamo)
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}
