//! Every text that people read, in their language: the catalogues (`locales`) say it, and whoever makes an answer asks for it
//! by its key. The language is that of the task: a page's middleware sets it, and what no page asked for (a log, the
//! command line, the API) is in English.

use std::{borrow::Cow, fmt};

use fluent_bundle::{FluentArgs, FluentValue};

pub use self::{
    language::{
        Language, aside, carried, choose, choose_zone, in_language, in_language_of, language, of_reader,
        zone_or,
    },
    rich::{Rich, rich},
};

mod catalogue;
mod kept;
mod language;
#[cfg(debug_assertions)]
mod pseudo;
mod rich;
pub mod scripts;

/// A text with its arguments; shown in the language of the task that shows it.
#[derive(Clone, Debug)]
pub struct Text {
    key: Cow<'static, str>,
    arguments: Vec<(Cow<'static, str>, FluentValue<'static>)>,
}

/// What may be an argument of a text.
pub trait Argument {
    /// As Fluent takes it.
    fn value(&self) -> FluentValue<'static>;
}

/// The text of that key.
pub fn say(key: &'static str) -> String {
    of(key).to_string()
}

/// The text of that key, to be given its arguments.
pub const fn of(key: &'static str) -> Text {
    Text { key: Cow::Borrowed(key), arguments: Vec::new() }
}

/// Marks the key of a text that is said elsewhere, so that it is known to be used.
pub const fn key(key: &'static str) -> &'static str {
    key
}

impl Text {
    /// With one more argument.
    pub fn with(mut self, name: &'static str, value: impl Argument) -> Self {
        self.arguments.push((name.into(), value.value()));
        self
    }

    /// The text, now.
    pub fn say(&self) -> String {
        self.to_string()
    }

    /// The same without the marks that keep the direction of arguments to themselves: where all of them are numbers.
    pub fn unmarked(&self) -> String {
        without_marks(&self.to_string())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arguments: FluentArgs<'_> = self.arguments.iter().cloned().collect();
        match language::of_reader() {
            Some(language) => f.write_str(&catalogue::text(language, &self.key, &arguments)),
            // Neither a terminal nor a program has a use for the marks.
            None => f.write_str(&without_marks(&catalogue::text(Language::English, &self.key, &arguments))),
        }
    }
}

/// Without what keeps the direction of arguments to themselves (Unicode Bidirectional Algorithm, isolates).
fn without_marks(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.to_string()
    }
}

impl Argument for str {
    fn value(&self) -> FluentValue<'static> {
        FluentValue::String(self.to_owned().into())
    }
}

impl Argument for String {
    fn value(&self) -> FluentValue<'static> {
        self.as_str().value()
    }
}

impl<T: Argument + ?Sized> Argument for &T {
    fn value(&self) -> FluentValue<'static> {
        (**self).value()
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl Argument for $number {
            fn value(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        })*
    };
}

numbers!(i8, i16, i32, i64, u8, u16, u32, u64, usize);
