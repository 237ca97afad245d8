//! Who may see a board or a card, asked of people and groups as they are now. A post's audience is another: it remembers
//! who was there (`live::audience`).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{
    ids::{GroupId, UserId},
    live::audience::Viewer,
};

/// Whom a board or a card is for. Stored as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Audience {
    /// Everybody of the organisation.
    #[serde(skip_serializing_if = "is_false")]
    pub everyone: bool,
    /// All external people.
    #[serde(skip_serializing_if = "is_false")]
    pub external: bool,
    /// All administrators.
    #[serde(skip_serializing_if = "is_false")]
    pub admins: bool,
    /// These people.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub people: BTreeSet<i64>,
    /// Whoever is in these groups.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub groups: BTreeSet<i64>,
    /// None of these, whatever else is said.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub except: BTreeSet<i64>,
}

impl Audience {
    /// One person and the administrators.
    pub fn of_owner(owner: UserId) -> Self {
        Self { admins: true, people: BTreeSet::from([owner.0]), ..Self::default() }
    }

    /// Whoever is in these groups.
    pub fn of_groups(groups: impl IntoIterator<Item = GroupId>) -> Self {
        Self { groups: groups.into_iter().map(|group| group.0).collect(), ..Self::default() }
    }

    /// Whether the viewer is meant, as they are now. A screen is nobody, and never meant.
    pub fn includes(&self, viewer: &Viewer) -> bool {
        if viewer.screen.is_some() {
            return false;
        }
        let is_in = |group: &i64| viewer.is_in(GroupId(*group));
        let is_meant = (self.everyone && !viewer.is_external)
            || (self.external && viewer.is_external)
            || (self.admins && viewer.is_admin)
            || self.people.contains(&viewer.user.0)
            || self.groups.iter().any(is_in);
        is_meant && !self.except.contains(&viewer.user.0)
    }

    /// Whether everybody of the organisation is meant.
    pub fn is_for_everyone(&self) -> bool {
        self.everyone && self.except.is_empty()
    }

    /// Whether nobody else can be meant than who is in these groups.
    pub fn is_within(&self, groups: &[GroupId]) -> bool {
        let is_allowed = |group: &i64| groups.contains(&GroupId(*group));
        !self.everyone
            && !self.external
            && !self.admins
            && self.people.is_empty()
            && self.groups.iter().all(is_allowed)
    }

    /// As it is stored.
    pub fn stored(&self) -> String {
        serde_json::to_string(self).expect("numbers and words always serialise")
    }

    /// What was stored. What cannot be read is for nobody.
    pub fn read(stored: &str) -> Self {
        serde_json::from_str(stored).unwrap_or_default()
    }
}

fn is_false(value: &bool) -> bool {
    !value
}
