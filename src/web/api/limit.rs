//! How many of a list a program asks for at once.

use serde::{Deserialize, Deserializer, de::Error};

/// From 1 to so many.
#[derive(Clone, Copy, Debug)]
pub(in crate::web::api) struct Limit<const MOST: u64>(pub(in crate::web::api) u64);

impl<'de, const MOST: u64> Deserialize<'de> for Limit<MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let wanted = String::deserialize(from)?.parse().ok().filter(|wanted| (1..=MOST).contains(wanted));
        wanted.map(Self).ok_or_else(|| D::Error::custom(format!("`limit` is a number from 1 to {MOST}")))
    }
}
