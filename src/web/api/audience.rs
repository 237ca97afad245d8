//! Whom something is for, as programs say it: a word, or names.

use serde::Deserialize;

use crate::{domain::boards::Named, web::api::fields::present};

/// Whom a post, a card or a board is for, as programs say it.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = r#"`audience` is "everyone", or an object of `everyone`, `external`, `people`, `groups` and `except`"#
)]
pub enum NewAudience {
    /// The word `everyone`.
    Word(String),
    /// People and groups by name, or everyone and some more.
    Parts(Parts),
}

/// Either everyone, or people and groups by name.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parts {
    #[serde(deserialize_with = "present")]
    pub everyone: Option<bool>,
    #[serde(deserialize_with = "present")]
    pub external: Option<bool>,
    #[serde(deserialize_with = "present")]
    pub people: Option<Vec<String>>,
    #[serde(deserialize_with = "present")]
    pub groups: Option<Vec<String>>,
    pub except: Vec<String>,
}

impl NewAudience {
    /// As the form says it, and the names.
    pub fn into_parts(self) -> (String, Parts) {
        match self {
            Self::Word(word) => (word, Parts::default()),
            Self::Parts(parts) => (parts.word().to_owned(), parts),
        }
    }

    /// Whom a card or a board is for; `None` if that contradicts itself, or is nobody.
    pub fn named(self) -> Option<Named> {
        let (word, parts) = self.into_parts();
        let named = Named {
            everyone: word == "everyone",
            external: parts.external.unwrap_or_default(),
            admins: false,
            people: parts.people.unwrap_or_default(),
            groups: parts.groups.unwrap_or_default(),
            except: parts.except,
        };
        ["everyone", "chosen"].contains(&&*word).then_some(named)
    }
}

impl Parts {
    /// As the form says it; of what contradicts itself, or names nobody where it says that it names some, nothing.
    fn word(&self) -> &'static str {
        let is_empty = |names: &Option<Vec<String>>| names.as_ref().is_some_and(Vec::is_empty);
        match (self.everyone, self.people.is_some() || self.groups.is_some()) {
            (Some(true), false) => "everyone",
            (None, true) if self.external.is_none() && !is_empty(&self.people) && !is_empty(&self.groups) => {
                "chosen"
            }
            _ => "",
        }
    }
}
