//! What may stand in the cells of a list. Each answers with what is wrong in a sentence.

use std::collections::HashSet;

use crate::{
    domain::users::{self, Role},
    names, text,
};

/// A number has at most so many characters.
const MAX_NUMBER: usize = 64;

pub(super) fn number(cell: &str) -> Result<String, String> {
    if cell.is_empty() {
        return Err(text::say("list-number-needed"));
    }
    if cell.chars().count() > MAX_NUMBER || cell.chars().any(char::is_control) {
        return Err(text::of("list-number-long").with("most", MAX_NUMBER).say());
    }
    Ok(cell.to_owned())
}

pub(super) fn role(cell: &str) -> Result<Role, String> {
    let role = if cell.is_empty() { Some(Role::Member) } else { Role::parse(&cell.to_ascii_lowercase()) };
    role.ok_or_else(|| text::of("list-role").with("cell", cell).say())
}

pub(super) fn groups(cell: &str) -> Result<Vec<String>, String> {
    let (mut groups, mut seen) = (Vec::new(), HashSet::new());
    for name in cell.split(';').map(str::trim).filter(|name| !name.is_empty()) {
        let name = users::parse_name(name)
            .map_err(|what| text::of("list-group").with("name", name).with("problem", what).say())?;
        if seen.insert(names::key(&name)) {
            groups.push(name);
        }
    }
    Ok(groups)
}

pub(super) fn external(cell: &str) -> Result<bool, String> {
    match cell.to_ascii_lowercase().as_str() {
        "" => Ok(false),
        "yes" => Ok(true),
        _ => Err(text::of("list-external").with("cell", cell).say()),
    }
}
