//! What a list would change: who is added, what is changed of whom, who is disabled, and who is let in again.

use crate::{
    digest,
    domain::{
        imports::list::ListedRow,
        users::{Named, Role},
    },
};

/// What a list would change.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Groups that are made, by name.
    pub new_groups: Vec<String>,
    /// Who is disabled: they have a number, and the list does not.
    pub disabled: Vec<Leaver>,
    /// Of whom something is changed.
    pub changed: Vec<Change>,
    /// Who is added.
    pub added: Vec<ListedRow>,
    /// Who would be let in again, but was disabled by somebody and not by a list.
    pub stay_disabled: Vec<Named>,
    /// Who is not added, since their last day is over.
    pub over: Vec<ListedRow>,
    /// Of how many people with numbers, who may sign in now, some are disabled.
    pub numbered: usize,
}

/// Somebody who is disabled.
#[derive(Clone, Debug)]
pub struct Leaver {
    /// Who it is, by the name of now.
    pub user: Named,
    /// By which the organisation knew them.
    pub number: String,
    /// Whether they may manage people now.
    pub is_admin: bool,
}

/// Somebody of whom something is changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Who, by the name of now.
    pub user: Named,
    /// As they are to be.
    pub row: ListedRow,
    /// What is changed.
    pub facts: Vec<Fact>,
}

/// What is changed of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fact {
    /// They had an account, and no number.
    Number,
    /// Their name.
    Name,
    /// The role, which was this.
    Role(Role),
    /// Whether they are from outside.
    External,
    /// The last day of their account.
    Ends,
    /// They may sign in again.
    Enabled,
    /// In which groups they are.
    Groups,
}

impl Change {
    /// Whether they manage people now: if not afterwards, somebody else must.
    pub(super) fn is_of_admin(&self) -> bool {
        self.facts.contains(&Fact::Role(Role::Admin))
            || (self.row.role == Role::Admin && self.facts.contains(&Fact::Ends))
    }
}

impl Plan {
    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.new_groups.is_empty()
            && self.disabled.is_empty()
            && self.changed.is_empty()
            && self.added.is_empty()
    }

    /// Whether so many would be disabled that the list may be the wrong one: more than a tenth.
    pub fn disables_many(&self) -> bool {
        self.disabled.len() * 10 > self.numbered
    }

    /// Tells plans apart: the same for what would change the same.
    pub fn fingerprint(&self) -> String {
        digest::sha256_hex(format!("{self:?}"))
    }
}
