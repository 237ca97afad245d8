//! What may happen, at random.

use proptest::{collection::vec, prelude::*, sample::select};

use super::{GROUPS, PEOPLE};

/// Whom a post is for.
#[derive(Clone, Debug)]
pub struct Audience {
    /// Everyone, external people too if that is so.
    pub everyone: Option<bool>,
    pub people: Vec<usize>,
    pub groups: Vec<usize>,
    pub except: Vec<usize>,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// Boss publishes.
    Publish(Audience),
    /// One of the last posts is edited, over, or not over after all: which of them, counted from the newest.
    Edit(usize),
    Resolve(usize),
    Reopen(usize),
    /// Somebody joins a group, or leaves it.
    Join(usize, usize),
    Leave(usize, usize),
    /// A group is removed, and another of its name is made.
    MakeAnew(usize),
    /// Somebody is of the organisation, or from outside.
    SetExternal(usize, bool),
    /// Somebody may sign in, or may not.
    SetEnabled(usize, bool),
    /// Somebody reads what has come so far, or one post of it.
    Read(usize, bool),
    /// Somebody's network goes.
    Disconnect(usize),
    /// Somebody's network comes back.
    Reconnect(usize),
    /// The server is killed and started again.
    Crash,
}

fn audiences() -> impl Strategy<Value = Audience> {
    let some = || vec(1..PEOPLE.len(), 1..4);
    let few = || vec(1..PEOPLE.len(), 0..2);
    let groups = || vec(0..GROUPS.len(), 1..3);
    let audience = |everyone, people, groups, except| Audience { everyone, people, groups, except };
    prop_oneof![
        3 => (any::<bool>(), few()).prop_map(move |(external, except)| audience(Some(external), vec![], vec![], except)),
        2 => some().prop_map(move |people| audience(None, people, vec![], vec![])),
        3 => (groups(), few()).prop_map(move |(groups, except)| audience(None, vec![], groups, except)),
        1 => (some(), groups(), few())
            .prop_map(move |(people, groups, except)| audience(None, people, groups, except)),
    ]
}

pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    let person = || 0..PEOPLE.len();
    let other = || 1..PEOPLE.len();
    let group = || 0..GROUPS.len();
    let newest = || prop_oneof![3 => 0..3_usize, 1 => 0..20_usize];
    let step = prop_oneof![
        10 => audiences().prop_map(Step::Publish),
        4 => newest().prop_map(Step::Edit),
        4 => newest().prop_map(Step::Resolve),
        2 => newest().prop_map(Step::Reopen),
        5 => (other(), group()).prop_map(|(who, group)| Step::Join(who, group)),
        3 => (other(), group()).prop_map(|(who, group)| Step::Leave(who, group)),
        1 => group().prop_map(Step::MakeAnew),
        1 => (other(), any::<bool>()).prop_map(|(who, external)| Step::SetExternal(who, external)),
        1 => (other(), any::<bool>()).prop_map(|(who, enabled)| Step::SetEnabled(who, enabled)),
        6 => (person(), select(vec![true, false])).prop_map(|(who, all)| Step::Read(who, all)),
        4 => person().prop_map(Step::Disconnect),
        5 => person().prop_map(Step::Reconnect),
        1 => Just(Step::Crash),
    ];
    vec(step, 20..60)
}
