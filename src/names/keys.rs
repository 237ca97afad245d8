//! What is stored beside a name: under which key every spelling of it is found, what it looks like, and where it
//! stands in a list.

use std::sync::LazyLock;

use icu_collator::{CollatorBorrowed, options::CollatorOptions};

use crate::names::{spelling, tidied, with_single_spaces};

/// The languages' common order (CLDR's root of the UCA), made once: names of several languages share a list.
static COLLATOR: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    CollatorBorrowed::try_new(Default::default(), CollatorOptions::default())
        .expect("the common order is built in")
});

/// The keys of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The same for every spelling of the name (RFC 8266, section 2.4).
    pub folded: String,
    /// The same for names that look alike as they are written (UTS 39, section 4).
    pub skeleton: String,
    /// The same for names that look alike in small letters.
    pub folded_skeleton: String,
    /// Names are in order when these are.
    pub sort_key: Vec<u8>,
}

impl Keys {
    /// Those of this name.
    pub fn of(name: &str) -> Self {
        let folded = key(name);
        let skeleton = skeleton(&spelling::unified(&tidied(name)));
        let folded_skeleton = self::skeleton(&folded);
        Self { sort_key: sort_key(name), folded, skeleton, folded_skeleton }
    }
}

/// By what a name is looked up and counted: the same for every case, width and spacing of it, composed or not,
/// with or without what cannot be seen. It is short work for whatever somebody types. Nobody's has a NUL, which
/// PostgreSQL would not even look up.
pub fn key(name: &str) -> String {
    let seen: String = name.chars().filter(|c| !spelling::is_ignorable(*c)).collect();
    let mut key = fold(&seen);
    // Folding may bring forth what folds on; RFC 8266 (section 2.1) bounds it likewise.
    for _ in 0..3 {
        let again = fold(&key);
        if again == key {
            break;
        }
        key = again;
    }
    key.replace('\0', "\u{fffd}")
}

/// The name as it is written, but for its case: what earlier versions found names by, and let differ.
pub fn written_key(name: &str) -> String {
    name.trim_matches(' ').to_lowercase().replace('\0', "\u{fffd}")
}

/// Names are in order when these are.
pub fn sort_key(name: &str) -> Vec<u8> {
    let mut key = Vec::new();
    match COLLATOR.write_sort_key_to(name, &mut key) {
        Ok(()) => key,
        Err(never) => match never {},
    }
}

fn fold(text: &str) -> String {
    let folded = spelling::unified(text).to_lowercase();
    with_single_spaces(&spelling::unified(&folded))
}

fn skeleton(text: &str) -> String {
    unicode_security::skeleton(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_name_has_its_key() {
        for spelled in [
            "ANNA BERG",
            " Anna \u{a0} Berg\u{2009}",
            "Anna Berg\u{fe0f}",
            "Ａｎｎａ Berg",
            "An\u{200b}na Berg",
            "Anna\u{34f} Berg",
        ] {
            assert_eq!(key(spelled), "anna berg", "{spelled:?}");
        }
        assert_eq!(key("A\u{308}RZTE"), key("ärzte"));
        assert_eq!(key("علی\u{200c}رضا"), key("علیرضا"));
        assert_ne!(key("Weiß"), key("Weiss"));
        assert_eq!((key("\u{3164}").as_str(), key("\0").as_str()), ("", "\u{fffd}"));
    }

    #[test]
    fn names_that_look_alike_share_a_skeleton_and_names_that_do_not_share_none() {
        let alike = |one: &str, other: &str| {
            let (one, other) = (Keys::of(one), Keys::of(other));
            one.skeleton == other.skeleton || one.folded_skeleton == other.folded_skeleton
        };

        // Cyrillic А; capital I and small L; Cyrillic capitals beside Latin small letters; a digit.
        for (one, other) in [
            ("Anna", "\u{410}nna"),
            ("Ian", "lan"),
            ("Cap", "\u{421}\u{410}\u{420}"),
            ("Team I", "Team 1"),
            ("Ann", "A\u{fe0f}nn"),
        ] {
            assert!(alike(one, other), "{one} {other}");
        }
        for (one, other) in
            [("Ian", "Lan"), ("Anna", "Hanna"), ("Weiß", "Weiss"), ("Ann Abel", "Annabel"), ("Bea", "Вера")]
        {
            assert!(!alike(one, other), "{one} {other}");
        }
    }

    #[test]
    fn names_are_in_the_order_of_their_language() {
        let mut names =
            ["Zoë", "ärgerlich", "anna", "Ömer", "Anna", "Émile", "Ole", "Łukasz", "Ázs", "Ян", "علی"];
        names.sort_by_key(|name| sort_key(name));

        assert_eq!(
            names,
            ["anna", "Anna", "ärgerlich", "Ázs", "Émile", "Łukasz", "Ole", "Ömer", "Zoë", "Ян", "علی"]
        );
    }
}
