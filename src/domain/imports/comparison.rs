//! Comparing a list with who has an account.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    clock,
    domain::{
        groups::{self, Group},
        imports::{
            known::{self, Known},
            likeness::{self, Likeness},
            list::ListedRow,
            mistakes::{self, Mistake},
            plan::{Change, Fact, Plan},
            words,
        },
        users::Role,
    },
    ids::{GroupId, UserId},
    names, text,
};

/// What this list would change now, or why it cannot.
///
/// # Errors
/// Those of the database.
pub async fn plan(
    db: &impl ConnectionTrait,
    rows: &[ListedRow],
) -> Result<Result<Plan, Vec<Mistake>>, DbErr> {
    let users = known::all(db).await?;
    let groups = groups::all(db).await?;
    let memberships = known::memberships(db).await?;
    Ok(Planner::new(&users, &groups, &memberships).plan(rows))
}

struct Planner<'a> {
    users: &'a [Known],
    by_number: HashMap<&'a str, &'a Known>,
    by_looks: HashMap<(Likeness, &'a str), &'a Known>,
    groups: names::Called<'a, Group>,
    memberships: &'a HashMap<UserId, HashSet<GroupId>>,
    plan: Plan,
    /// By their keys, so that two spellings make one.
    new_groups: BTreeMap<String, String>,
    mistakes: Vec<Mistake>,
    met: HashSet<UserId>,
}

impl<'a> Planner<'a> {
    fn new(
        users: &'a [Known],
        groups: &'a [Group],
        memberships: &'a HashMap<UserId, HashSet<GroupId>>,
    ) -> Self {
        let numbers = users.iter().filter_map(|user| Some((user.number.as_deref()?, user)));
        Self {
            by_number: numbers.collect(),
            by_looks: users.iter().flat_map(|user| user.looks().map(move |look| (look, user))).collect(),
            groups: groups::called(groups),
            users,
            memberships,
            plan: Plan::default(),
            new_groups: BTreeMap::new(),
            mistakes: Vec::new(),
            met: HashSet::new(),
        }
    }

    fn plan(mut self, rows: &[ListedRow]) -> Result<Plan, Vec<Mistake>> {
        for row in rows {
            self.take(row);
        }
        let numbered = self.users.iter().filter(|user| user.number.is_some() && user.may_sign_in());
        let (here, gone): (Vec<_>, Vec<_>) = numbered.partition(|user| self.met.contains(&user.id()));
        self.plan.numbered = here.len() + gone.len();
        self.plan.disabled.extend(gone.into_iter().map(Known::leaves));
        self.plan.new_groups = std::mem::take(&mut self.new_groups).into_values().collect();
        self.require_an_admin();
        if self.mistakes.is_empty() { Ok(self.plan) } else { Err(mistakes::in_order(self.mistakes)) }
    }

    /// What becomes of one row.
    fn take(&mut self, row: &ListedRow) {
        let is_over = row.ends_ms.is_some_and(|end| end <= clock::now_ms());
        let Some(user) = self.whose(row) else { return };
        let Some(user) = user else {
            let plan = &mut self.plan;
            if is_over {
                plan.over.push(row.clone())
            } else {
                plan.added.push(row.clone())
            }
            if !is_over {
                self.note_groups(row);
            }
            return;
        };
        self.met.insert(user.id());
        if is_over && user.may_sign_in() {
            self.plan.disabled.push(user.leaves());
        }
        let mut facts = user.differences(row);
        if user.disabled && !is_over {
            if user.was_disabled_by_hand() {
                self.plan.stay_disabled.push(user.named());
            } else {
                facts.push(Fact::Enabled);
            }
        }
        if self.moves(user, row) {
            facts.push(Fact::Groups);
            self.note_groups(row);
        }
        if !facts.is_empty() {
            self.plan.changed.push(Change { user: user.named(), row: row.clone(), facts });
        }
    }

    /// Who the row is about: somebody with its number, or else somebody without one who has this very name; nobody, if
    /// they are new. None, if that cannot be told.
    fn whose(&mut self, row: &ListedRow) -> Option<Option<&'a Known>> {
        let numbered = self.by_number.get(row.number.as_str()).copied();
        if numbered.is_some_and(|user| user.name == row.name) {
            return Some(numbered);
        }
        let looks = likeness::looks(&row.name);
        let alike = looks.iter().filter_map(|(like, key)| self.by_looks.get(&(*like, key.as_str())).copied());
        let others: Vec<_> = alike.filter(|user| numbered.is_none_or(|one| one.id != user.id)).collect();
        let Some(other) = others.first() else { return Some(numbered) };
        let is_same = |user: &&Known| {
            let same = [Likeness::Written, Likeness::Folded];
            looks.iter().any(|look| {
                same.contains(&look.0) && user.looks().any(|one| one == (look.0, look.1.as_str()))
            })
        };
        if numbered.is_none()
            && other.number.is_none()
            && others.iter().all(|user| user.id == other.id)
            && is_same(other)
        {
            return Some(Some(other));
        }
        self.mistakes.push(Mistake::at(row.line, words::name_taken(row, other)));
        None
    }

    /// Whether the row has them in other groups than now.
    fn moves(&self, user: &Known, row: &ListedRow) -> bool {
        let now = self.memberships.get(&user.id());
        let wanted: Option<HashSet<_>> =
            row.groups.iter().map(|name| self.groups.find(name).map(Group::group_id)).collect();
        wanted.is_none_or(|wanted| now.map_or(!wanted.is_empty(), |now| *now != wanted))
    }

    fn note_groups(&mut self, row: &ListedRow) {
        for name in row.groups.iter().filter(|name| self.groups.find(name).is_none()) {
            self.new_groups.entry(names::key(name)).or_insert_with(|| name.clone());
        }
    }

    /// Somebody must be able to manage people afterwards, if anybody is now.
    fn require_an_admin(&mut self) {
        let manages = |role, disabled: bool, ends_ms: Option<i64>| {
            role == Role::Admin && !disabled && ends_ms.is_none()
        };
        let admins = |user: &&Known| manages(user.role, user.disabled, user.ends_ms);
        let leavers: HashSet<_> = self.plan.disabled.iter().map(|leaver| leaver.user.id).collect();
        let changes: HashMap<_, _> =
            self.plan.changed.iter().map(|change| (change.user.id, change)).collect();
        let stays = |user: &&Known| {
            let change = changes.get(&user.id());
            let enabled = change.is_some_and(|change| change.facts.contains(&Fact::Enabled));
            let disabled = leavers.contains(&user.id()) || (user.disabled && !enabled);
            change.map_or(manages(user.role, disabled, user.ends_ms), |change| {
                manages(change.row.role, disabled, change.row.ends_ms)
            })
        };
        let added = self.plan.added.iter().any(|row| manages(row.role, false, row.ends_ms));
        if self.users.iter().any(|user| admins(&user))
            && !added
            && !self.users.iter().any(|user| stays(&user))
        {
            self.mistakes.push(Mistake::at(0, text::say(words::NO_ADMIN)));
        }
    }
}
