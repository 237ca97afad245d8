//! What was so then and is different now, in words.

use crate::domain::restores::{
    cards::Cards,
    side::{Group, Side, Token, User},
};

/// A line each; none if nothing differs. What came to be since, and was not there then, is not named.
pub(super) fn compare(then: &Side, now: &Side) -> Vec<String> {
    let mut lines = vec![];
    for (id, before) in &then.users {
        match now.users.get(id) {
            Some(after) => lines.extend(user(before, after)),
            None => lines.push(format!("{} had an account, and has none", before.name)),
        }
    }
    let tokens = then.tokens.iter().filter_map(|(hash, before)| token(before, now.tokens.get(hash)));
    let mut tokens: Vec<String> = tokens.collect();
    tokens.sort();
    lines.extend(tokens);
    for (id, before) in &then.groups {
        match now.groups.get(id) {
            Some(after) => lines.extend(group(before, after)),
            None => lines.push(format!("the group “{}” is not there", before.name)),
        }
    }
    let removed = now.groups.iter().filter(|(id, _)| !then.groups.contains_key(id));
    lines.extend(removed.map(|(_, group)| format!("the group “{}” was not there, and is", group.name)));
    lines.extend(Cards::compare(&then.cards, &now.cards));
    let lost = then.posts.difference(&now.posts).count();
    if lost > 0 {
        let are = if lost == 1 { "is" } else { "are" };
        lines.push(format!("{lost} of {} posts {are} not there", then.posts.len()));
    }
    lines
}

fn user(before: &User, after: &User) -> Vec<String> {
    let mut lines = vec![];
    let name = &before.name;
    if before.name != after.name {
        lines.push(format!("{name} is called {}", after.name));
    }
    match (before.disabled, after.disabled) {
        (true, false) => lines.push(format!("{name} was disabled, and can sign in")),
        (false, true) => lines.push(format!("{name} could sign in, and is disabled")),
        _ => {}
    }
    if before.role != after.role {
        lines.push(format!("{name} had the role {}, and has {}", before.role.word(), after.role.word()));
    }
    match (before.external, after.external) {
        (Some(true), Some(false)) => lines.push(format!("{name} was external, and is not")),
        (Some(false), Some(true)) => lines.push(format!("{name} was not external, and is")),
        _ => {}
    }
    if before.external.is_some() && after.external.is_some() && before.ends_ms != after.ends_ms {
        lines.push(match (before.ends_ms, after.ends_ms) {
            (Some(_), None) => format!("{name} had a last day, and has none"),
            (None, Some(_)) => format!("{name} had no last day, and has one"),
            _ => format!("{name} had another last day"),
        });
    }
    if before.password_hash != after.password_hash {
        lines.push(format!("{name} had another password"));
    }
    lines
}

/// One that works for nobody any more, then as now, is not worth a line.
fn token(before: &Token, after: Option<&Token>) -> Option<String> {
    let which = format!("the token “{}” of {}", before.name, before.owner);
    match after {
        Some(after) if before.revoked && !after.revoked && !after.expired => {
            Some(format!("{which} was revoked, and works"))
        }
        Some(after) if !before.revoked && after.revoked => Some(format!("{which} worked, and is revoked")),
        None if !before.revoked && !before.expired => Some(format!("{which} worked, and is not there")),
        _ => None,
    }
}

fn group(before: &Group, after: &Group) -> Vec<String> {
    let mut lines = vec![];
    let name = &before.name;
    if before.name != after.name {
        lines.push(format!("the group “{name}” is called “{}”", after.name));
    }
    match (before.closed, after.closed) {
        (true, false) => lines.push(format!("the group “{name}” was closed, and is open")),
        (false, true) => lines.push(format!("the group “{name}” was open, and is closed")),
        _ => {}
    }
    let left = before.members.iter().filter(|(id, _)| !after.members.contains_key(id));
    lines.extend(left.map(|(_, user)| format!("{user} was in the group “{name}”, and is not")));
    let came = after.members.iter().filter(|(id, _)| !before.members.contains_key(id));
    lines.extend(came.map(|(_, user)| format!("{user} was not in the group “{name}”, and is")));
    lines
}
