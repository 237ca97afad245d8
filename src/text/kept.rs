//! Texts that are kept, to be said in the language of whoever reads them: as JSON, `{"say":"KEY","ARGUMENT":…}`. So a key that
//! was kept once stays in the catalogues.

use fluent_bundle::FluentValue;
use serde_json::{Map, Value};

use crate::text::Text;

/// Where the key stands; no argument is called so.
const KEY: &str = "say";

impl Text {
    /// As it is kept.
    pub fn to_kept(&self) -> Value {
        let mut kept = Map::new();
        kept.insert(KEY.to_owned(), self.key.as_ref().into());
        for (name, value) in &self.arguments {
            let value = match value {
                FluentValue::Number(number) => number.value.into(),
                FluentValue::String(text) => text.as_ref().into(),
                _ => Value::Null,
            };
            kept.insert(name.to_string(), value);
        }
        Value::Object(kept)
    }

    /// A text that was kept; none, if this is no such text.
    pub fn from_kept(kept: &Value) -> Option<Self> {
        let kept = kept.as_object()?;
        let key = kept.get(KEY)?.as_str()?.to_owned().into();
        let arguments = kept.iter().filter(|(name, _)| *name != KEY).map(|(name, value)| {
            let value = match value {
                Value::Number(number) => number.as_f64().unwrap_or_default().into(),
                other => FluentValue::String(other.as_str().unwrap_or_default().to_owned().into()),
            };
            (name.clone().into(), value)
        });
        Some(Self { key, arguments: arguments.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{self, Language};

    #[test]
    fn a_text_that_was_kept_is_said_in_the_language_of_whoever_reads_it() {
        let text = text::of("audit-times").with("count", 1200);

        let kept = Text::from_kept(&text.to_kept()).expect("a text");

        let said = |language| text::in_language_of(language, || kept.unmarked());
        assert_eq!(said(Language::English), "1,200 times");
        assert_eq!(said(Language::German), text::in_language_of(Language::German, || text.unmarked()));
    }

    #[test]
    fn what_is_no_text_is_not_taken_for_one() {
        for other in ["1", r#""say""#, "[]", "{}", r#"{"say":1}"#] {
            let other = serde_json::from_str(other).expect("JSON");
            assert!(Text::from_kept(&other).is_none(), "{other}");
        }
    }
}
