//! Whom a post is for, as it was typed.

use super::{Fields, Parsed};
use crate::{domain::posts::Audience, text};

/// Whom something is for, by the names that were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// Whether everyone is meant, or groups, or people.
    pub audience: Audience,
    /// People; none for everyone.
    pub people: Vec<String>,
    /// Groups; none for everyone.
    pub groups: Vec<String>,
    /// Whom it is not for.
    pub except: Vec<String>,
    /// Whether everyone means external people, too.
    pub external: bool,
}

impl Meant {
    /// Reads whom it is for.
    ///
    /// # Errors
    /// What is wrong with that, in a sentence.
    pub fn parse(fields: &Fields) -> Result<Self, String> {
        let audience = audience(fields)?;
        let has_people = matches!(audience, Audience::People | Audience::Chosen);
        let has_groups = matches!(audience, Audience::Groups | Audience::Chosen);
        Ok(Self {
            audience,
            people: if has_people { fields.recipients.clone() } else { Vec::new() },
            groups: if has_groups { fields.groups.clone() } else { Vec::new() },
            except: fields.except.clone(),
            external: fields.external && audience == Audience::Everyone,
        })
    }
}

fn audience(fields: &Fields) -> Parsed<Audience> {
    match fields.audience.as_str() {
        "everyone" => Ok(Audience::Everyone),
        "people" if fields.recipients.is_empty() => Err(text::say("draft-nobody")),
        "people" => Ok(Audience::People),
        "groups" if fields.groups.is_empty() => Err(text::say("draft-no-group")),
        "groups" => Ok(Audience::Groups),
        "chosen" => match (fields.recipients.is_empty(), fields.groups.is_empty()) {
            (true, true) => Err(text::say("draft-nobody-chosen")),
            (false, true) => Ok(Audience::People),
            (true, false) => Ok(Audience::Groups),
            (false, false) => Ok(Audience::Chosen),
        },
        _ => Err(text::say("draft-audience")),
    }
}
