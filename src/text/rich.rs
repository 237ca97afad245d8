//! A text that has elements of HTML among its words: what is said is escaped, and so is what stands in the elements.

use std::fmt::{self, Write};

use askama::filters::HtmlSafe;

use crate::text::{self, Argument, Text};

/// Where an element goes: of the private use area, which no text of ours has.
const FIRST_PLACE: u32 = 0xF_0000;

/// A text with elements.
#[derive(Clone, Debug)]
pub struct Rich {
    text: Text,
    elements: Vec<String>,
    /// Whether what stands between backticks is what programs say.
    is_coded: bool,
}

/// The text of that key, to be given its elements.
pub const fn rich(key: &'static str) -> Rich {
    Rich { text: text::of(key), elements: Vec::new(), is_coded: false }
}

impl Rich {
    /// With somebody's or something's name.
    pub fn name(self, place: &'static str, name: impl fmt::Display) -> Self {
        self.element(place, format!("<bdi>{}</bdi>", Escaped(name)))
    }

    /// With an instant, and how it is shown without a script, which brings it into the reader's own zone.
    pub fn time(self, place: &'static str, iso: impl fmt::Display, shown: impl fmt::Display) -> Self {
        let time = format!(r#"<time datetime="{}">{}</time>"#, Escaped(iso), Escaped(shown));
        self.element(place, time)
    }

    /// With an instant that a script fills in.
    pub fn empty_time(self, place: &'static str) -> Self {
        self.element(place, "<time></time>".into())
    }

    /// With what programs say.
    pub fn code(self, place: &'static str, code: impl fmt::Display) -> Self {
        self.element(place, format!(r#"<code dir="ltr">{}</code>"#, Escaped(code)))
    }

    /// With what stands between backticks as what programs say: those words are the same in every language.
    pub fn coded(self) -> Self {
        Self { is_coded: true, ..self }
    }

    /// With a link that says the text of another key.
    pub fn link(self, place: &'static str, address: impl fmt::Display, key: &'static str) -> Self {
        let link = format!(r#"<a href="{}">{}</a>"#, Escaped(address), Escaped(text::of(key)));
        self.element(place, link)
    }

    /// With the text of another key, to be stressed.
    pub fn strong(self, place: &'static str, words: impl fmt::Display) -> Self {
        self.element(place, format!("<strong>{}</strong>", Escaped(words)))
    }

    /// With a number, or words that are none of anybody's.
    pub fn with(self, name: &'static str, value: impl Argument) -> Self {
        Self { text: self.text.with(name, value), ..self }
    }

    fn element(mut self, place: &'static str, html: String) -> Self {
        let number = u32::try_from(self.elements.len()).unwrap_or_default();
        let mark = char::from_u32(FIRST_PLACE + number).unwrap_or(char::REPLACEMENT_CHARACTER);
        self.text = self.text.with(place, mark.to_string());
        self.elements.push(html);
        self
    }
}

impl fmt::Display for Rich {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_in_code = false;
        // Elements keep their direction to themselves without marks.
        for c in self.text.to_string().chars().filter(|c| !matches!(c, '\u{2068}' | '\u{2069}')) {
            match (c as u32).checked_sub(FIRST_PLACE).and_then(|place| self.elements.get(place as usize)) {
                Some(element) => f.write_str(element)?,
                None if c == '`' && self.is_coded => {
                    is_in_code = !is_in_code;
                    f.write_str(if is_in_code { r#"<code dir="ltr">"# } else { "</code>" })?;
                }
                None => write_escaped(f, c)?,
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Rich {}

/// As it is written in HTML, in a text and in an attribute.
struct Escaped<T>(T);

impl<T: fmt::Display> fmt::Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.to_string().chars().try_for_each(|c| write_escaped(f, c))
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '&' => f.write_str("&#38;"),
        '<' => f.write_str("&#60;"),
        '>' => f.write_str("&#62;"),
        '"' => f.write_str("&#34;"),
        '\'' => f.write_str("&#39;"),
        _ => f.write_char(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_names_are_escaped_and_elements_are_not() {
        let said = rich("no <such> text").name("who", "<b>\"Ann\" & 'Bob'").to_string();
        assert_eq!(said, "no &#60;such&#62; text");

        let pause = rich("board-pause").name("what", "Plant").name("who", "<b> & 'Bob'");
        let named = pause.empty_time("until").to_string();
        assert!(named.contains("<bdi>&#60;b&#62; &#38; &#39;Bob&#39;</bdi>"), "{named}");
        assert!(named.contains("<time></time>"), "{named}");
    }

    #[test]
    fn what_programs_say_stands_between_backticks() {
        let said = rich("take `<a>` or `\"b\"`").coded().to_string();
        assert_eq!(said, r#"take <code dir="ltr">&#60;a&#62;</code> or <code dir="ltr">&#34;b&#34;</code>"#);
        assert_eq!(rich("a ` b").to_string(), "a ` b");
    }
}
