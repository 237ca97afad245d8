//! The line that says whom a post would reach.

use crate::{domain::posts::Reach, text};

/// In a sentence.
pub fn in_words(reach: Reach) -> String {
    match reach {
        Reach::Of { people, live: Some(live) } if people > 1 => {
            text::of("reach-people-live").with("people", people).with("live", live).unmarked()
        }
        Reach::Of { people, .. } => text::of("reach-people").with("people", people).unmarked(),
        Reach::Many { live } => text::of("reach-many").with("live", live).unmarked(),
        Reach::AtMost(people) => text::of("reach-at-most").with("people", people).unmarked(),
    }
}
