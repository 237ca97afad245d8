//! The text of rendered Markdown, and its hits marked: what was sanitised is taken apart at its tags, and marks are made in
//! the texts between them, never by replacing in HTML.

use std::ops::Range;

use crate::names::spelling;

/// Elements that stand within a line: a word goes on through them.
const INLINE: [&str; 8] = ["a", "b", "code", "del", "em", "i", "strong", "s"];

/// A part of HTML.
enum Piece<'a> {
    /// With its brackets.
    Tag(&'a str),
    /// As it is read, composed, and where it stands in the whole text.
    Text { text: String, start: usize },
}

/// The text that is read.
pub fn text(html: &str) -> String {
    take_apart(html).1
}

/// The same HTML with `<mark>` around what `hits` finds in its text.
pub fn marked(html: &str, hits: impl FnOnce(&str) -> Vec<Range<usize>>) -> String {
    let (pieces, text) = take_apart(html);
    let hits = hits(&text);
    if hits.is_empty() {
        return html.to_owned();
    }
    let mut marked = String::with_capacity(html.len() + hits.len() * 13);
    for piece in pieces {
        match piece {
            Piece::Tag(tag) => marked.push_str(tag),
            Piece::Text { text, start } => {
                for (is_hit, part) in parts(&text, start, &hits) {
                    marked.push_str(if is_hit { "<mark>" } else { "" });
                    push_escaped(&mut marked, part);
                    marked.push_str(if is_hit { "</mark>" } else { "" });
                }
            }
        }
    }
    marked
}

/// A text that stands at `start` of what the hits are of, part by part: whether it is one, and what it says.
pub fn parts<'a>(text: &'a str, start: usize, hits: &[Range<usize>]) -> Vec<(bool, &'a str)> {
    let (mut parts, mut at) = (Vec::new(), 0);
    let first = hits.partition_point(|hit| hit.end <= start);
    for hit in &hits[first..] {
        let (from, to) = (hit.start.saturating_sub(start), (hit.end - start).min(text.len()));
        if from >= text.len() {
            break;
        }
        parts.push((false, &text[at..from]));
        parts.push((true, &text[from..to]));
        at = to;
    }
    parts.push((false, &text[at..]));
    parts.retain(|(_, part)| !part.is_empty());
    parts
}

fn take_apart(html: &str) -> (Vec<Piece<'_>>, String) {
    let (mut pieces, mut whole, mut rest) = (Vec::new(), String::with_capacity(html.len()), html);
    while !rest.is_empty() {
        if rest.starts_with('<') {
            let (tag, after) = rest.split_at(tag_length(rest));
            if !INLINE.contains(&name(tag)) {
                whole.push(' ');
            }
            pieces.push(Piece::Tag(tag));
            rest = after;
        } else {
            let (text, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            let text = spelling::composed(&unescaped(text)).into_owned();
            let start = whole.len();
            whole.push_str(&text);
            pieces.push(Piece::Text { text, start });
            rest = after;
        }
    }
    (pieces, whole)
}

/// A tag ends at the first bracket that stands in no attribute's value.
fn tag_length(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

fn name(tag: &str) -> &str {
    let name = tag.trim_start_matches(['<', '/']);
    &name[..name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len())]
}

/// The sanitiser writes no other names of characters.
fn unescaped(text: &str) -> String {
    const NAMES: [(&str, char); 5] =
        [("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{a0}'), ("&amp;", '&')];
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let known = NAMES.iter().find(|(name, _)| rest[at..].starts_with(name));
        let (length, character) = known.map_or((1, '&'), |(name, character)| (name.len(), *character));
        plain.push(character);
        rest = &rest[at + length..];
    }
    plain + rest
}

fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '\u{a0}' => html.push_str("&nbsp;"),
            _ => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::posts::{markdown, search::query::Query};

    fn marks(markdown: &str, typed: &str) -> String {
        let html = markdown::render(markdown).expect("it is not too much");
        marked(&html, |text| Query::parse(typed).hits(text)).replace(" dir=\"auto\"", "")
    }

    #[test]
    fn the_text_is_what_is_read() {
        let html = markdown::render(
            "# A & B\n\n**fire**works [<x>](https://e.example/?a=%3E&b=\"c\")\n\n- one\n- two",
        );

        let text = text(&html.expect("it is not too much"));

        let read: Vec<_> = text.split_whitespace().collect();
        assert_eq!(read, ["A", "&", "B", "fireworks", "<x>", "one", "two"]);
    }

    #[test]
    fn hits_are_marked_in_texts_and_nowhere_else() {
        for (markdown, typed, html) in [
            ("The Fire", "fire", "<p>The <mark>Fire</mark></p>\n"),
            (
                "a **fire**works b",
                "firew",
                "<p>a <strong><mark>fire</mark></strong><mark>works</mark> b</p>\n",
            ),
            ("x < mark & Mark", "mark", "<p>x &lt; <mark>mark</mark> &amp; <mark>Mark</mark></p>\n"),
            ("big red bus", "\"big red\"", "<p><mark>big</mark> <mark>red</mark> bus</p>\n"),
            ("amp &amp; lt", "amp", "<p><mark>amp</mark> &amp; lt</p>\n"),
            ("Cafe\u{301}!", "cafe", "<p><mark>Caf\u{e9}</mark>!</p>\n"),
            ("<mark>", "mark", "&lt;<mark>mark</mark>&gt;"),
            ("nothing", "else -nothing", "<p>nothing</p>\n"),
        ] {
            assert_eq!(marks(markdown, typed), html, "{markdown}");
        }
        let link = marks("[strong](https://strong.example/strong)", "strong");
        assert_eq!(link.matches("<mark>").count(), 1, "{link}");
        assert!(
            link.contains("href=\"https://strong.example/strong\"")
                && link.contains("><mark>strong</mark></a>"),
            "{link}"
        );
    }

    proptest::proptest! {
        #[test]
        fn without_its_marks_it_is_what_it_was(text in "([<>&\"'a-c*_`#\\[\\]() \n-]|\\PC){0,60}", typed in "[a-c]{1,2}") {
            let html = markdown::render(&text).expect("it is not too much");
            let html = spelling::composed(&html).into_owned();
            let marked = marked(&html, |text| Query::parse(&typed).hits(text));
            let bare = marked.replace("<mark>", "").replace("</mark>", "");
            proptest::prop_assert_eq!(take_apart(&bare).1, take_apart(&html).1);
            let tags = |html: &str| -> Vec<String> {
                take_apart(html).0.iter().filter_map(|piece| match piece {
                    Piece::Tag(tag) => Some((*tag).to_owned()),
                    Piece::Text { .. } => None,
                }).collect()
            };
            proptest::prop_assert_eq!(tags(&bare), tags(&html));
        }
    }
}
