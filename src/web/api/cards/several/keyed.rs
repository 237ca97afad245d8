//! One of several cards: its key stands among its fields.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{
        self, DeserializeSeed, IntoDeserializer, MapAccess, Visitor,
        value::{CowStrDeserializer, MapAccessDeserializer},
    },
};

use crate::web::api::cards::NewCard;

/// A card's key, and what else is said of it.
#[derive(Debug)]
pub(super) struct Keyed {
    /// Empty, if none is said.
    pub(super) key: String,
    pub(super) fields: NewCard,
}

impl<'de> Deserialize<'de> for Keyed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(KeyedVisitor)
    }
}

struct KeyedVisitor;

impl<'de> Visitor<'de> for KeyedVisitor {
    type Value = Keyed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a card")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Keyed, A::Error> {
        let mut key = String::new();
        let others = WithoutKey { map, key: &mut key };
        let fields = NewCard::deserialize(MapAccessDeserializer::new(others))?;
        Ok(Keyed { key, fields })
    }
}

/// The fields of a card but for its key, which is put aside.
struct WithoutKey<'a, A> {
    map: A,
    key: &'a mut String,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for WithoutKey<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        while let Some(name) = self.map.next_key::<Cow<'de, str>>()? {
            if name != "key" {
                let name: CowStrDeserializer<'_, A::Error> = name.into_deserializer();
                return seed.deserialize(name).map(Some);
            }
            // Which of two it is would not be known.
            if !std::mem::replace(self.key, self.map.next_value()?).is_empty() {
                return Err(de::Error::duplicate_field("key"));
            }
        }
        Ok(None)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_may_stand_anywhere_and_others_are_told_apart() {
        for sent in
            [r#"{"key":"a","unit":"kW"}"#, r#"{"unit":"kW","key":"a"}"#, r#"{"unit":"kW","k\u0065y":"a"}"#]
        {
            let keyed: Keyed = serde_json::from_str(sent).expect(sent);
            assert_eq!((keyed.key.as_str(), keyed.fields.unit), ("a", Some(Some("kW".into()))), "{sent}");
        }
        for sent in [
            r#"{"key":"a","nothing":1}"#,
            r#"{"key":1}"#,
            r#"{"key":"a","key":"b"}"#,
            r#"{"key":"a","decimals":-1}"#,
            "[]",
            "{",
        ] {
            assert!(serde_json::from_str::<Keyed>(sent).is_err(), "{sent}");
        }
    }
}
