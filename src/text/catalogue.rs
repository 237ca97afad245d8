//! The catalogues: every language's texts, embedded, in Fluent's format (projectfluent.org).

use std::{fmt::Write, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use rust_embed::RustEmbed;
use unic_langid::LanguageIdentifier;

use crate::text::language::Language;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Files;

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::English));
static GERMAN: LazyLock<Bundle> = LazyLock::new(|| bundle(Language::German));

/// The text of that key, with these arguments.
pub(super) fn text(language: Language, key: &str, arguments: &FluentArgs<'_>) -> String {
    let bundle = match language {
        Language::English => &*ENGLISH,
        Language::German => &*GERMAN,
        #[cfg(debug_assertions)]
        Language::Pseudo => return super::pseudo::of(&text(Language::English, key, arguments)),
    };
    // A test finds keys that have no text; whoever reads such a page is better off with the key than without anything.
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        return key.to_owned();
    };
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(arguments), &mut errors).into_owned();
    // An argument that is missing is a mistake of ours, and the text shows its name: tests stop at it.
    debug_assert!(errors.is_empty(), "{key}: {errors:?}");
    text
}

/// The files of a language, each with its content.
pub(super) fn sources(language: Language) -> impl Iterator<Item = String> {
    let folder = format!("{}/", language.tag());
    let mut names: Vec<_> = Files::iter().filter(|name| name.starts_with(&folder)).collect();
    names.sort();
    names.into_iter().map(|name| {
        let file = Files::get(&name).expect("it was listed");
        String::from_utf8_lossy(&file.data).into_owned()
    })
}

fn bundle(language: Language) -> Bundle {
    let tag: LanguageIdentifier = language.tag().parse().expect("it is a tag");
    let mut bundle = Bundle::new_concurrent(vec![tag]);
    bundle.set_formatter(Some(match language {
        Language::German => number_in_german,
        _ => number_in_english,
    }));
    for source in sources(language) {
        // What cannot be read is left out; a test reads all of it.
        let resource = FluentResource::try_new(source).unwrap_or_else(|(resource, _)| resource);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

fn number_in_english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(value, ',', '.')
}

fn number_in_german<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    number(value, '.', ',')
}

/// Digits in groups of three, as the language has them.
fn number(value: &FluentValue<'_>, group: char, point: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let plain = number.as_string().into_owned();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |plain| ("−", plain));
    let (whole, part) = plain.split_once('.').map_or((plain, None), |(whole, part)| (whole, Some(part)));
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(group);
        }
        text.push(digit);
    }
    if let Some(part) = part {
        write!(text, "{point}{part}").expect("a String takes whatever is written to it");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_catalogue_can_be_read_and_says_nothing_twice() {
        for language in [Language::English, Language::German] {
            let mut keys = std::collections::BTreeSet::new();
            for source in sources(language) {
                let resource = FluentResource::try_new(source).map_err(|(_, errors)| errors);
                for entry in resource.expect("a catalogue").entries() {
                    let fluent_syntax::ast::Entry::Message(message) = entry else { continue };
                    assert!(keys.insert(message.id.name.to_owned()), "{} is there twice", message.id.name);
                }
            }
            assert!(!keys.is_empty());
        }
    }

    #[test]
    fn numbers_are_written_as_the_language_has_them() {
        let said = |value: f64| {
            let value = FluentValue::from(value);
            [number(&value, ',', '.'), number(&value, '.', ',')].map(Option::unwrap)
        };
        assert_eq!(said(1_234_567.0), ["1,234,567", "1.234.567"]);
        assert_eq!(said(-1000.5), ["−1,000.5", "−1.000,5"]);
        assert_eq!(said(999.0), ["999", "999"]);
    }
}
