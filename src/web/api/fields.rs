//! How the fields of what programs send are read: as what the description says, and nothing that serde would take as well.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, IntoDeserializer},
};

/// A whole number: 2 may be written `2.0` in JSON, too.
#[derive(Clone, Copy, Debug)]
pub struct WholeNumber(pub i64);

impl<'de> Deserialize<'de> for WholeNumber {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        let whole = number.as_i64().or_else(|| {
            let whole = number.as_f64().filter(|number| number.fract() == 0.0)?;
            format!("{whole:.0}").parse().ok()
        });
        whole.map(Self).ok_or_else(|| D::Error::custom("not a whole number of 64 bits"))
    }
}

/// What is there; `null` is nothing that may be.
pub fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A time that is there; `null` is none, as an empty field of a form is.
pub fn present_or_none<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(from).map(|time| Some(time.unwrap_or_default()))
}

/// A whole number that is there; `null` is none.
pub fn present_number<'de, D: Deserializer<'de>>(from: D) -> Result<Option<i64>, D::Error> {
    WholeNumber::deserialize(from).map(|number| Some(number.0))
}

/// A kind or a severity that is there; `null` is none.
pub fn present_word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    from_word(from).map(Some)
}

/// Reads a kind or a severity from a word alone: serde would also take `{"news": null}`.
pub fn from_word<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(from)?.into_deserializer())
}

/// The same, if there is one.
pub fn from_word_if_any<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<T>, D::Error> {
    let word = Option::<String>::deserialize(from)?;
    word.map(|word| T::deserialize(word.into_deserializer())).transpose()
}

/// A kind or a severity as it is written.
pub fn word(value: &impl Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
