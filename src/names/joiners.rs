//! The two characters that nobody sees and that names need: some are misspelled without them.

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_properties::{CodePointMapData, props::JoiningType};

/// Keeps letters apart that would join, as in علی‌رضا.
const NON_JOINER: char = '\u{200c}';

/// Asks for the joined form after a virama.
const JOINER: char = '\u{200d}';

pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, NON_JOINER | JOINER)
}

/// Whether each stands where it changes how the name looks (RFC 5892, appendix A.1 and A.2).
pub(super) fn all_join(name: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let mut places = (0..letters.len()).filter(|at| is_joiner(letters[*at]));
    places.all(|at| joins(letters[at], &letters[..at], &letters[at + 1..]))
}

fn joins(joiner: char, before: &[char], after: &[char]) -> bool {
    if before.last().is_some_and(|c| is_virama(*c)) {
        return true;
    }
    let joining = |c: &char| CodePointMapData::<JoiningType>::new().get(*c);
    let is_solid = |kind: &JoiningType| *kind != JoiningType::Transparent;
    let (left, right) =
        (before.iter().rev().map(joining).find(is_solid), after.iter().map(joining).find(is_solid));
    joiner == NON_JOINER
        && matches!(left, Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(right, Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

/// Canonical combining class 9.
fn is_virama(c: char) -> bool {
    CanonicalCombiningClassMapBorrowed::new().get_u8(c) == 9
}
