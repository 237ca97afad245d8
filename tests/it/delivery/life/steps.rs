//! What may happen to posts and to their readers.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::*};

use super::{GROUPS, PEOPLE};

/// Whom a post is for.
#[derive(Clone, Debug)]
pub struct Audience {
    everyone: bool,
    people: Vec<usize>,
    groups: Vec<usize>,
    except: Vec<usize>,
}

/// One thing that happens. Posts are counted from the newest.
#[derive(Clone, Debug)]
pub enum Step {
    Publish(Audience),
    /// Another title, and whether it is told again.
    Edit(usize, bool),
    /// For others, and whether its title is another, too.
    Turn(usize, Audience, bool),
    Withdraw(usize),
    /// Its time is over; and it has another, which is to come.
    Expire(usize),
    Return(usize),
    Resolve(usize),
    /// It is pinned, or its pin ends.
    Pin(usize, bool),
    Reopen(usize),
    Join(usize, usize),
    Leave(usize, usize),
    /// Somebody's page gets what there is for it; a cut page goes on later.
    Read(usize),
    /// A server is killed and started again.
    Crash(usize),
}

fn audiences() -> impl Strategy<Value = Audience> {
    let (people, groups, except) =
        (vec(0..PEOPLE.len(), 0..3), vec(0..GROUPS.len(), 0..3), vec(0..PEOPLE.len(), 0..2));
    (any::<bool>(), people, groups, except).prop_map(|(everyone, people, groups, except)| {
        let everyone = everyone || (people.is_empty() && groups.is_empty());
        Audience { everyone, people, groups, except }
    })
}

/// A script of some of them.
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (person, group) = (|| 0..PEOPLE.len(), || 0..GROUPS.len());
    let newest = || prop_oneof![3 => 0..2_usize, 1 => 0..12_usize];
    let step = prop_oneof![
        6 => audiences().prop_map(Step::Publish),
        4 => (newest(), any::<bool>()).prop_map(|(post, again)| Step::Edit(post, again)),
        8 => (newest(), audiences(), any::<bool>()).prop_map(|(post, to, words)| Step::Turn(post, to, words)),
        2 => newest().prop_map(Step::Withdraw),
        3 => newest().prop_map(Step::Expire),
        3 => (0..4_usize).prop_map(Step::Return),
        2 => newest().prop_map(Step::Resolve),
        2 => (newest(), any::<bool>()).prop_map(|(post, is_pinned)| Step::Pin(post, is_pinned)),
        1 => newest().prop_map(Step::Reopen),
        2 => (person(), group()).prop_map(|(who, group)| Step::Join(who, group)),
        2 => (person(), group()).prop_map(|(who, group)| Step::Leave(who, group)),
        8 => person().prop_map(Step::Read),
        1 => (0..2_usize).prop_map(Step::Crash),
    ];
    vec(step, 10..40)
}

/// As a form says it.
pub fn fields(audience: &Audience) -> Vec<(&'static str, &'static str)> {
    let named = |field, some: &[usize], names: &'static [&'static str]| {
        let some: BTreeSet<_> = some.iter().copied().collect();
        some.into_iter().map(move |one| (field, names[one])).collect::<Vec<_>>()
    };
    let mut fields = vec![("audience", if audience.everyone { "everyone" } else { "chosen" })];
    if !audience.everyone {
        fields.extend(named("recipients", &audience.people, &PEOPLE));
        fields.extend(named("groups", &audience.groups, &GROUPS));
    }
    fields.extend(named("except", &audience.except, &PEOPLE));
    fields
}
