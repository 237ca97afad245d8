//! What else is to be known of an entry: what somebody typed, and texts of ours, which are kept as their keys and arguments
//! and said in the language of whoever reads them.

use std::fmt;

use serde_json::Value;

use crate::text::{self, Language, Text};

/// Characters of what somebody typed or asked for.
const MAX_TYPED: usize = 200;

/// The detail of an entry; it shows itself in the language of the task that shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Detail(Vec<DetailPart>);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum DetailPart {
    Typed(String),
    /// As it is kept.
    Text(Value),
}

impl Detail {
    /// With another one behind it.
    pub(super) fn and(mut self, more: impl Into<Self>) -> Self {
        self.0.extend(more.into().0);
        self
    }

    /// As the table keeps it.
    pub(super) fn stored(&self) -> String {
        match self.0.as_slice() {
            [] => String::new(),
            // As entries were before there were texts among them.
            [DetailPart::Typed(typed)] if !typed.starts_with('[') => typed.clone(),
            parts => {
                let kept = parts.iter().map(|part| match part {
                    DetailPart::Typed(typed) => Value::from(typed.as_str()),
                    DetailPart::Text(kept) => kept.clone(),
                });
                Value::Array(kept.collect()).to_string()
            }
        }
    }

    /// What the table keeps. What is none of ours is what it is.
    pub fn of_stored(stored: &str) -> Self {
        let kept = stored.starts_with('[').then(|| serde_json::from_str::<Vec<Value>>(stored).ok()).flatten();
        let parts =
            kept.and_then(|parts| parts.into_iter().map(DetailPart::of_kept).collect::<Option<Vec<_>>>());
        parts.map_or_else(|| stored.into(), Self)
    }
}

impl Detail {
    /// In English, for programs and logs.
    pub fn in_english(&self) -> String {
        let unmarked = |text: &Text| text::in_language_of(Language::English, || text.unmarked());
        self.words(unmarked)
    }

    fn words(&self, say: impl Fn(&Text) -> String) -> String {
        let parts = self.0.iter().map(|part| match part {
            DetailPart::Typed(typed) => typed.clone(),
            DetailPart::Text(kept) => Text::from_kept(kept).as_ref().map(&say).unwrap_or_default(),
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

impl DetailPart {
    fn of_kept(kept: Value) -> Option<Self> {
        match kept {
            Value::String(typed) => Some(Self::Typed(typed)),
            kept => Text::from_kept(&kept).is_some().then_some(Self::Text(kept)),
        }
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Text::say))
    }
}

impl From<&str> for Detail {
    /// An address that was asked for may be long, and whoever fails chooses it.
    fn from(typed: &str) -> Self {
        let typed: String = typed.chars().take(MAX_TYPED).collect();
        Self((!typed.is_empty()).then_some(DetailPart::Typed(typed)).into_iter().collect())
    }
}

impl From<String> for Detail {
    fn from(typed: String) -> Self {
        typed.as_str().into()
    }
}

impl From<&String> for Detail {
    fn from(typed: &String) -> Self {
        typed.as_str().into()
    }
}

impl From<Text> for Detail {
    fn from(text: Text) -> Self {
        Self(vec![DetailPart::Text(text.to_kept())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_comes_back_from_the_table_as_it_was() {
        let text = text::of("audit-times").with("count", 3);
        for detail in [
            Detail::default(),
            "a reason".into(),
            "[\"an address\"]".into(),
            Detail::from(text.clone()),
            Detail::from(text.clone()).and("Anna, \"quoted\""),
        ] {
            assert_eq!(Detail::of_stored(&detail.stored()), detail);
        }
        let two = Detail::from(text).and("Anna");
        assert_eq!(two.to_string(), "3 times, Anna");
        assert_ne!(text::in_language_of(Language::German, || two.to_string()), two.to_string());
    }

    #[test]
    fn what_was_written_before_there_were_texts_is_what_it_was() {
        for stored in ["admin, by the setup link", "[", "[]x", "[1]", "[{\"other\":1}]"] {
            assert_eq!(Detail::of_stored(stored).to_string(), stored);
        }
    }

    #[test]
    fn what_somebody_typed_is_cut() {
        assert_eq!(Detail::from("ä".repeat(300)).to_string().chars().count(), MAX_TYPED);
    }
}
