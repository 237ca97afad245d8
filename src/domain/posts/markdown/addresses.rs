//! Bare `http` and `https` addresses in a text, as GitHub Flavored Markdown finds them (section 6.9, extended
//! autolinks); other than there, a host needs no dot, since an organisation's own often have none.

use std::ops::Range;

/// Where the addresses are. Takes time in proportion to the text.
pub fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices("://") {
        let Some(start) = scheme(text, at) else { continue };
        if found.last().is_some_and(|before| start < before.end) {
            continue;
        }
        let rest = &text[at + 3..];
        if !rest.starts_with(|first: char| first.is_alphanumeric() || first == '[') {
            continue;
        }
        found.push(start..at + 3 + length(rest));
    }
    found
}

/// Where the scheme begins that ends there, unless it is the end of another word.
fn scheme(text: &str, end: usize) -> Option<usize> {
    let before = &text.as_bytes()[..end];
    let is_one = |scheme: &&str| {
        before.len() >= scheme.len()
            && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes())
    };
    let start = end - ["https", "http"].iter().find(|scheme| is_one(scheme))?.len();
    // Scripts that put no blank between words may put none before an address either.
    let is_in_word = |last: &u8| last.is_ascii_alphanumeric() || matches!(last, b'+' | b'-' | b'.');
    (!before[..start].last().is_some_and(is_in_word)).then_some(start)
}

/// How long the address is that begins there: without the punctuation behind it, and without a bracket that
/// was opened before it.
fn length(rest: &str) -> usize {
    let end = rest.find(ends_it).unwrap_or(rest.len());
    let mut address = &rest[..end];
    let count = |bracket: char| address.matches(bracket).count();
    let mut open = [('(', ')'), ('[', ']'), ('{', '}')]
        .map(|(opening, closing)| (closing, count(opening), count(closing)));
    while let Some(last) = address.chars().next_back() {
        match open.iter_mut().find(|(closing, ..)| *closing == last) {
            Some((_, opened, closed)) if *closed > *opened => *closed -= 1,
            None if matches!(last, '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '\'') => {}
            _ => break,
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

/// Blanks, quotes, what is not seen, and the punctuation of scripts that put no blank behind it.
fn ends_it(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '«' | '»' | '‹' | '›' | '…')
        || matches!(c, '\u{2018}'..='\u{201f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        || matches!(c, '\u{3014}'..='\u{301b}' | '（' | '）' | '，' | '：' | '；' | '！' | '？')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_and_what_stands_around_it_is_not() {
        for (text, wanted) in [
            ("https://example.org", "https://example.org"),
            ("See http://intranet/plan.", "http://intranet/plan"),
            ("(https://example.org/a)", "https://example.org/a"),
            ("https://example.org/a_(b)", "https://example.org/a_(b)"),
            ("https://example.org/?a=b&c=d#e, and", "https://example.org/?a=b&c=d#e"),
            ("“https://example.org/”", "https://example.org/"),
            ("HTTPS://EXAMPLE.ORG!", "HTTPS://EXAMPLE.ORG"),
            ("http://[2001:db8::7]:8080/x", "http://[2001:db8::7]:8080/x"),
            ("看https://example.org/一。然后", "https://example.org/一"),
            ("https://grüße.example", "https://grüße.example"),
            ("http://a/?next=http://b", "http://a/?next=http://b"),
        ] {
            let found: Vec<_> = find(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, [wanted], "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in [
            "http://",
            "https:// x",
            "xhttp://example.org",
            "ftp://example.org",
            "://x",
            "http://<b>",
            "http:/x",
        ] {
            assert_eq!(find(text), [] as [Range<usize>; 0], "{text}");
        }
    }

    #[test]
    fn two_stand_side_by_side() {
        let text = "http://a http://b,http://c";

        assert_eq!(
            find(text).into_iter().map(|range| &text[range]).collect::<Vec<_>>(),
            ["http://a", "http://b,http://c"]
        );
    }
}
