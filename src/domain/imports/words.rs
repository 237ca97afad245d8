//! What a list would change, in words.

use jiff::tz::TimeZone;

use crate::{
    domain::{
        imports::{
            known::Known,
            list::ListedRow,
            plan::{Change, Fact, Plan},
        },
        users,
    },
    text,
};

pub(super) const NO_ADMIN: &str = text::key("import-no-admin");

/// One kind of change, and whom it is about.
#[derive(Clone, Debug)]
pub struct Section {
    /// What happens to them.
    pub title: String,
    /// One for each of them.
    pub lines: Vec<ImportLine>,
}

/// What happens to one person, or to one group.
#[derive(Clone, Debug)]
pub struct ImportLine {
    /// By which the organisation knows the person; empty for a group.
    pub number: String,
    /// Their name of now.
    pub name: String,
    /// What else is to be said.
    pub what: String,
}

/// All that a list would change, with its days in this zone.
pub fn sections(plan: &Plan, zone: &TimeZone) -> Vec<Section> {
    let line = |number: &str, name: &str, what| ImportLine { number: number.into(), name: name.into(), what };
    let rows = |rows: &[ListedRow]| {
        rows.iter().map(|row| line(&row.number, &row.name, as_listed(row, zone))).collect()
    };
    let gone = plan.disabled.iter().map(|gone| line(&gone.number, &gone.user.name, String::new()));
    let changed = plan.changed.iter().map(|one| line(&one.row.number, &one.user.name, changes(one, zone)));
    let groups = plan.new_groups.iter().map(|name| line("", name, String::new()));
    let stay = plan.stay_disabled.iter().map(|user| line("", &user.name, String::new()));
    let sections = [
        Section { title: text::say("import-disabled"), lines: gone.collect() },
        Section { title: text::say("import-changed-people"), lines: changed.collect() },
        Section { title: text::say("import-added"), lines: rows(&plan.added) },
        Section { title: text::say("import-groups"), lines: groups.collect() },
        Section { title: text::say("import-still-disabled"), lines: stay.collect() },
        Section { title: text::say("import-not-added"), lines: rows(&plan.over) },
    ];
    sections.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

pub(super) fn name_taken(row: &ListedRow, other: &Known) -> String {
    let taken = match &other.number {
        Some(number) => text::of("import-taken-by")
            .with("name", &row.name)
            .with("other", &other.name)
            .with("number", number),
        None => text::of("import-taken").with("name", &row.name).with("other", &other.name),
    };
    taken.say()
}

fn as_listed(row: &ListedRow, zone: &TimeZone) -> String {
    let mut what = vec![row.role.word().to_owned()];
    if !row.groups.is_empty() {
        what.push(groups(row));
    }
    if row.external {
        what.push(text::say("import-external"));
    }
    if row.ends_ms.is_some() {
        what.push(last_day(row, zone));
    }
    what.join("; ")
}

fn changes(change: &Change, zone: &TimeZone) -> String {
    let Change { row, facts, .. } = change;
    let words = facts.iter().map(|fact| match fact {
        Fact::Number => text::say("import-had-no-number"),
        Fact::Name => text::of("import-called").with("name", &row.name).say(),
        Fact::Role(was) => {
            text::of("import-role").with("role", row.role.word()).with("was", was.word()).say()
        }
        Fact::External if row.external => text::say("import-external"),
        Fact::External => text::say("import-not-external"),
        Fact::Ends => last_day(row, zone),
        Fact::Enabled => text::say("import-enabled"),
        Fact::Groups => groups(row),
    });
    words.collect::<Vec<String>>().join("; ")
}

fn groups(row: &ListedRow) -> String {
    if row.groups.is_empty() {
        text::say("import-no-group")
    } else {
        text::of("import-in-groups").with("groups", row.groups.join(", ")).say()
    }
}

fn last_day(row: &ListedRow, zone: &TimeZone) -> String {
    row.ends_ms.map_or(text::say("import-no-last-day"), |end| {
        text::of("import-last-day").with("day", users::last_day(end, zone)).unmarked()
    })
}
