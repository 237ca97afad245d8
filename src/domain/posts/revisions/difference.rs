//! What was added to a text, and what was taken out of it: by lines, and within lines that changed by words.

use std::mem;

/// A stretch of both texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// In both.
    Same(String),
    /// Only in the earlier one.
    Removed(String),
    /// Only in the later one.
    Added(String),
}

/// Comparing takes this many steps at most, which is some milliseconds; what is longer is wholly removed and added.
const MAX_STEPS: usize = 1_000_000;

/// Of the shorter text, one word of so many is to be left.
const MIN_KEPT: usize = 3;

/// How one text became the other.
pub fn difference(before: &str, after: &str) -> Vec<Piece> {
    let (old, new): (Vec<_>, Vec<_>) =
        (before.split_inclusive('\n').collect(), after.split_inclusive('\n').collect());
    let mut parts = Parts::default();
    let (mut removed, mut added) = (String::new(), String::new());
    for part in compared(&old, &new) {
        match part {
            Piece::Removed(line) => removed.push_str(&line),
            Piece::Added(line) => added.push_str(&line),
            Piece::Same(line) => {
                parts.extend(by_words(&mem::take(&mut removed), &mem::take(&mut added)));
                parts.push(Piece::Same(line));
            }
        }
    }
    parts.extend(by_words(&removed, &added));
    parts.0
}

/// Where hardly a word is left, word by word would be harder to read than one after the other.
fn by_words(removed: &str, added: &str) -> Vec<Piece> {
    let (old, new) = (words(removed), words(added));
    let parts = compared(&old, &new);
    let count = |words: &[&str]| words.iter().filter(|word| !word.trim().is_empty()).count();
    let kept = parts.iter().map(|part| match part {
        Piece::Same(text) => text.split_whitespace().count(),
        Piece::Removed(_) | Piece::Added(_) => 0,
    });
    let is_another_text = kept.sum::<usize>() * MIN_KEPT < Ord::min(count(&old), count(&new));
    if !is_another_text || removed.is_empty() || added.is_empty() {
        return parts;
    }
    vec![Piece::Removed(removed.into()), Piece::Added(added.into())]
}

/// Words, and what is between them.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut from, mut was_space) = (Vec::new(), 0, None);
    for (at, c) in text.char_indices() {
        let is_space = c.is_whitespace();
        if was_space.is_some_and(|was| was != is_space) {
            words.push(&text[from..at]);
            from = at;
        }
        was_space = Some(is_space);
    }
    words.push(&text[from..]);
    words.retain(|word| !word.is_empty());
    words
}

/// By the longest of what both have in the same order.
fn compared(old: &[&str], new: &[&str]) -> Vec<Piece> {
    let begin = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let rest = (&old[begin..], &new[begin..]);
    let end = rest.0.iter().rev().zip(rest.1.iter().rev()).take_while(|(old, new)| old == new).count();
    let (middle_old, middle_new) = (&rest.0[..rest.0.len() - end], &rest.1[..rest.1.len() - end]);
    let same = |words: &[&str]| words.iter().map(|word| Piece::Same((*word).to_owned())).collect::<Vec<_>>();
    let mut parts = Parts::default();
    parts.extend(same(&old[..begin]));
    parts.extend(middle(middle_old, middle_new));
    parts.extend(same(&old[old.len() - end..]));
    parts.0
}

fn middle(old: &[&str], new: &[&str]) -> Vec<Piece> {
    let (removed, added) = (|word: &str| Piece::Removed(word.into()), |word: &str| Piece::Added(word.into()));
    if old.len().saturating_mul(new.len()) > MAX_STEPS {
        return vec![removed(&old.concat()), added(&new.concat())];
    }
    // How much the rests of both have in shared, from each place on.
    let width = new.len() + 1;
    let mut shared = vec![0_u32; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            shared[i * width + j] = match old[i] == new[j] {
                true => shared[(i + 1) * width + j + 1] + 1,
                false => shared[(i + 1) * width + j].max(shared[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut parts) = (0, 0, Vec::new());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            parts.push(Piece::Same(old[i].into()));
            (i, j) = (i + 1, j + 1);
        } else if j == new.len()
            || (i < old.len() && shared[(i + 1) * width + j] >= shared[i * width + j + 1])
        {
            parts.push(removed(old[i]));
            i += 1;
        } else {
            parts.push(added(new[j]));
            j += 1;
        }
    }
    parts
}

/// Parts, of which no two in a row are of the same kind.
#[derive(Default)]
struct Parts(Vec<Piece>);

impl Parts {
    fn extend(&mut self, parts: Vec<Piece>) {
        parts.into_iter().for_each(|part| self.push(part));
    }

    fn push(&mut self, part: Piece) {
        match (self.0.last_mut(), part) {
            (Some(Piece::Same(last)), Piece::Same(more))
            | (Some(Piece::Removed(last)), Piece::Removed(more))
            | (Some(Piece::Added(last)), Piece::Added(more)) => last.push_str(&more),
            (_, part) => self.0.push(part),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_changed_within_a_line_is_told_by_words() {
        let parts =
            difference("The lift is\nbroken until six.\n", "The lift is\nbroken until *nine*.\nSorry.\n");

        let same = |text: &str| Piece::Same(text.into());
        let expected = [
            same("The lift is\nbroken until "),
            Piece::Removed("six.".into()),
            Piece::Added("*nine*.\nSorry.".into()),
            same("\n"),
        ];
        assert_eq!(parts, expected);
    }

    #[test]
    fn where_hardly_a_word_is_left_one_text_follows_the_other() {
        let (before, after) = ("Water pressure is low until six", "Leave building C now, it is on fire");

        assert_eq!(difference(before, after), [Piece::Removed(before.into()), Piece::Added(after.into())]);
    }

    #[test]
    fn what_is_too_long_to_compare_is_told_as_a_whole() {
        let (before, after) = (["a b"; 3_000].join(" "), ["c d"; 3_000].join(" "));

        assert_eq!(difference(&before, &after), [Piece::Removed(before), Piece::Added(after)]);
    }

    proptest! {
        #[test]
        fn both_texts_stand_in_the_difference(before in "[ab\n ]{0,60}", after in "[ab\n ]{0,60}") {
            let parts = difference(&before, &after);

            let of = |wanted: fn(&Piece) -> Option<&String>| parts.iter().filter_map(wanted).map(String::as_str).collect::<String>();
            prop_assert_eq!(of(|part| match part { Piece::Same(text) | Piece::Removed(text) => Some(text), Piece::Added(_) => None }), before);
            prop_assert_eq!(of(|part| match part { Piece::Same(text) | Piece::Added(text) => Some(text), Piece::Removed(_) => None }), after);
        }
    }
}
