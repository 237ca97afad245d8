//! One of several cards as it was sent, with the name that stands in it twice, if one does: it would not be known which of the
//! two counts.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// Any JSON.
#[derive(Debug, Default)]
pub(super) struct AsSent {
    pub(super) value: Value,
    /// The first name that an object has twice.
    pub(super) twice: Option<String>,
}

impl<'de> Deserialize<'de> for AsSent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AsSentVisitor)
    }
}

struct AsSentVisitor;

impl<'de> Visitor<'de> for AsSentVisitor {
    type Value = AsSent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AsSent, A::Error> {
        let (mut fields, mut twice) = (Map::new(), None);
        while let Some((name, field)) = map.next_entry::<String, AsSent>()? {
            let again = fields.contains_key(&name).then(|| name.clone());
            twice = twice.or(again).or(field.twice);
            fields.insert(name, field.value);
        }
        Ok(AsSent { value: fields.into(), twice })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AsSent, A::Error> {
        let (mut values, mut twice) = (Vec::new(), None);
        while let Some(one) = list.next_element::<AsSent>()? {
            twice = twice.or(one.twice);
            values.push(one.value);
        }
        Ok(AsSent { value: values.into(), twice })
    }

    fn visit_unit<E>(self) -> Result<AsSent, E> {
        Ok(AsSent::default())
    }

    fn visit_bool<E>(self, value: bool) -> Result<AsSent, E> {
        Ok(plain(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<AsSent, E> {
        Ok(plain(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<AsSent, E> {
        Ok(plain(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<AsSent, E> {
        Ok(plain(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<AsSent, E> {
        Ok(plain(value))
    }
}

fn plain(value: impl Into<Value>) -> AsSent {
    AsSent { value: value.into(), twice: None }
}
