//! What a list would change, in words.

use jiff::tz::TimeZone;

use crate::domain::{
    imports::{
        known::Known,
        list::Row,
        plan::{Change, Fact, Plan},
    },
    users,
};

pub(super) const NO_ADMIN: &str = "Nobody could manage people any more. Somebody in the list needs the role admin \
    and no last day, or there must be an administrator who has no number.";

/// One kind of change, and whom it is about.
#[derive(Clone, Debug)]
pub struct Section {
    /// What happens to them.
    pub title: &'static str,
    /// One for each of them.
    pub lines: Vec<Line>,
}

/// What happens to one person, or to one group.
#[derive(Clone, Debug)]
pub struct Line {
    /// By which the organisation knows the person; empty for a group.
    pub number: String,
    /// Their name of now.
    pub name: String,
    /// What else is to be said.
    pub what: String,
}

/// All that a list would change, with its days in this zone.
pub fn sections(plan: &Plan, zone: &TimeZone) -> Vec<Section> {
    let line = |number: &str, name: &str, what| Line { number: number.into(), name: name.into(), what };
    let rows =
        |rows: &[Row]| rows.iter().map(|row| line(&row.number, &row.name, as_listed(row, zone))).collect();
    let gone = plan.disabled.iter().map(|gone| line(&gone.number, &gone.user.name, String::new()));
    let changed = plan.changed.iter().map(|one| line(&one.row.number, &one.user.name, changes(one, zone)));
    let groups = plan.new_groups.iter().map(|name| line("", name, String::new()));
    let stay = plan.stay_disabled.iter().map(|user| line("", &user.name, String::new()));
    let sections = [
        Section { title: "Disabled, since the list does not have them", lines: gone.collect() },
        Section { title: "Changed", lines: changed.collect() },
        Section { title: "Added", lines: rows(&plan.added) },
        Section { title: "Groups made", lines: groups.collect() },
        Section { title: "Still disabled, since somebody disabled them by hand", lines: stay.collect() },
        Section { title: "Not added, since their last day is over", lines: rows(&plan.over) },
    ];
    sections.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

pub(super) fn name_taken(row: &Row, other: &Known) -> String {
    let whose = match &other.number {
        Some(number) => format!("{} has it, whose number is {number}", other.name),
        None => format!("{} has it, or one that looks like it", other.name),
    };
    format!(
        "The name {} is taken: {whose}. No name is given twice, not even that of somebody who left.",
        row.name
    )
}

fn as_listed(row: &Row, zone: &TimeZone) -> String {
    let mut what = vec![row.role.word().to_owned()];
    if !row.groups.is_empty() {
        what.push(groups(row));
    }
    if row.external {
        what.push("external".into());
    }
    if row.ends_ms.is_some() {
        what.push(last_day(row, zone));
    }
    what.join("; ")
}

fn changes(change: &Change, zone: &TimeZone) -> String {
    let Change { row, facts, .. } = change;
    let words = facts.iter().map(|fact| match fact {
        Fact::Number => "had no number".into(),
        Fact::Name => format!("now called {}", row.name),
        Fact::Role(was) => format!("{}, was {}", row.role.word(), was.word()),
        Fact::External if row.external => "external".into(),
        Fact::External => "not external".into(),
        Fact::Ends => last_day(row, zone),
        Fact::Enabled => "may sign in again".into(),
        Fact::Groups => groups(row),
    });
    words.collect::<Vec<String>>().join("; ")
}

fn groups(row: &Row) -> String {
    if row.groups.is_empty() { "no group".into() } else { format!("groups: {}", row.groups.join(", ")) }
}

fn last_day(row: &Row, zone: &TimeZone) -> String {
    row.ends_ms.map_or("no last day".into(), |end| format!("last day {}", users::last_day(end, zone)))
}
