//! Choosing people and groups by name: what is found for what was typed, and who is chosen already. It works by sending
//! the form to and fro; a script does the same while one types.

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    app::App,
    domain::{
        groups::{self, Group},
        search::Search,
        users,
    },
    web::{error::Error, extract::form::Form},
};

/// Names that are suggested at once, of people and of groups each.
pub const MAX_SUGGESTED: u64 = 20;

/// A field in which names are chosen.
#[derive(Clone, Debug, Default)]
pub struct Picker {
    /// Of the text field, and what it is called in the form.
    pub id: &'static str,
    /// What it asks for.
    pub label: String,
    /// The field that a person's name is sent in; empty, if only groups are chosen.
    pub people: &'static str,
    /// The field that a group's name is sent in; empty, if only people are chosen.
    pub groups: &'static str,
    /// The address that suggests names to the script.
    pub suggestions: String,
    /// The address that the form is sent to, to look for names.
    pub action: String,
    /// How: a form that is sent by `get` changes nothing.
    pub method: &'static str,
    /// What is looked for, as it was typed.
    pub typed: String,
    /// Who is chosen.
    pub chosen: Vec<PickerChoice>,
    /// Who is found.
    pub found: Vec<PickerChoice>,
    /// Whether more are found than are shown.
    pub has_more: bool,
}

/// A name to choose.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct PickerChoice {
    /// As it is shown and sent.
    pub name: String,
    /// Whether it is a group's.
    pub is_group: bool,
    /// How many people are in the group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

impl PickerChoice {
    /// A person of this name.
    pub fn person(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_group: false, size: None }
    }

    /// A group of this name, whose size is not known.
    pub fn group(name: impl Into<String>) -> Self {
        Self { name: name.into(), is_group: true, size: None }
    }
}

impl Picker {
    /// The form's field in which this name is sent.
    pub fn field(&self, choice: &PickerChoice) -> &'static str {
        if choice.is_group { self.groups } else { self.people }
    }

    /// The field with what was chosen and typed into the form, without the name that was taken away.
    pub fn with_sent<const LIMIT: usize>(mut self, sent: &Form<LIMIT>) -> Self {
        self.typed = sent.one(self.id);
        let without = sent.one("without");
        let named = |field: &'static str| {
            let taken =
                without.strip_prefix(field).and_then(|name| name.strip_prefix(':')).map(str::to_owned);
            let mut names = if field.is_empty() { Vec::new() } else { sent.all(field) };
            names.retain(|name| !name.is_empty() && taken.as_ref() != Some(name));
            names
        };
        let (people, groups) = (named(self.people), named(self.groups));
        self.with_chosen(&people, &groups)
    }

    /// The field with these names chosen.
    pub fn with_chosen(mut self, people: &[String], groups: &[String]) -> Self {
        let groups = groups.iter().map(PickerChoice::group);
        let mut seen = HashSet::new();
        let all = groups.chain(people.iter().map(PickerChoice::person));
        self.chosen = all.filter(|choice| seen.insert(choice.clone())).collect();
        self
    }

    /// The field with those who are found for what was typed, but for those who are chosen. Where there are only a few
    /// to choose from, nothing needs to be typed.
    pub async fn with_found(mut self, app: &App) -> Result<Self, Error> {
        let search = Search::of(&self.typed, "");
        let (people, groups) = (!self.people.is_empty(), !self.groups.is_empty());
        let (found, has_more) = suggest(app, &search, people, groups).await?;
        if has_more && search.typed.is_empty() {
            return Ok(self);
        }
        self.found = found.into_iter().filter(|found| !self.has(found)).collect();
        self.has_more = has_more;
        Ok(self)
    }

    /// The names of the chosen groups, or of the chosen people.
    pub fn names(&self, groups: bool) -> Vec<String> {
        let chosen = self.chosen.iter().filter(|choice| choice.is_group == groups);
        chosen.map(|choice| choice.name.clone()).collect()
    }

    fn has(&self, choice: &PickerChoice) -> bool {
        self.chosen.iter().any(|chosen| (&chosen.name, chosen.is_group) == (&choice.name, choice.is_group))
    }
}

/// Whether the form was sent only to look for names, or to take one away.
pub fn only_looks<const LIMIT: usize>(sent: &Form<LIMIT>) -> bool {
    sent.one("then") == "find" || !sent.one("without").is_empty()
}

/// The names of the first people with these words in them, where one is to be chosen.
pub async fn suggest_people(app: &App, typed: &str) -> Result<Vec<String>, Error> {
    let (found, _) = suggest(app, &Search::of(typed, ""), true, false).await?;
    Ok(found.into_iter().map(|found| found.name).collect())
}

/// The names of the first groups, where one is to be chosen.
pub async fn suggest_groups(app: &App) -> Result<Vec<String>, Error> {
    let (found, _) = suggest(app, &Search::of("", ""), false, true).await?;
    Ok(found.into_iter().map(|found| found.name).collect())
}

/// The first groups and people with these words in their names, and whether there are more.
pub async fn suggest(
    app: &App,
    search: &Search,
    people: bool,
    groups: bool,
) -> Result<(Vec<PickerChoice>, bool), Error> {
    let (mut found, mut has_more) = (Vec::new(), false);
    if groups {
        let portion = groups::suggest(&app.db.read, search, MAX_SUGGESTED).await?;
        has_more |= portion.next.is_some();
        let choice = |group: Group| PickerChoice {
            // That somebody joined a closed one is not told by how many they are.
            size: (!group.closed).then_some(group.members),
            ..PickerChoice::group(group.name)
        };
        found.extend(portion.rows.into_iter().map(choice));
    }
    if people {
        let portion = users::suggest(&app.db.read, search, MAX_SUGGESTED).await?;
        has_more |= portion.next.is_some();
        found.extend(portion.rows.into_iter().map(|user| PickerChoice::person(user.name)));
    }
    Ok((found, has_more))
}
