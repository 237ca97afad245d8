//! Whom a post about a card is for, as people and groups are now. Everything here fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Query, SelectStatement},
};

use crate::{
    domain::{posts::Fields, users},
    entities::{groups as group_table, memberships, users as user_table},
    live::state::Audience,
};

/// So many people are named in a post at most, and so many left out.
const MAX_NAMED: usize = 1000;

/// Whom a post is for, as a form has it, that is for those who are meant by all of these. Of those who are meant, who may not sign
/// in is passed over; who is left out is so when they may again, too. None if it is for too many by name.
pub(in crate::domain) async fn of(
    tx: &impl ConnectionTrait,
    all: &[Audience],
) -> Result<Option<Fields>, DbErr> {
    let left_out: BTreeSet<_> = all.iter().flat_map(|one| &one.except).copied().collect();
    let mut except = names(tx, is_one_of(&left_out)).await?;
    let fields = if all.iter().all(|one| one.everyone) {
        let external = all.iter().all(|one| one.external);
        Fields { audience: "everyone".into(), external, except, ..Fields::default() }
    } else {
        let groups = groups_in(all);
        // External people in a group are not meant where everyone of the organisation is.
        if all.iter().any(|one| one.everyone && !one.external) && !groups.is_empty() {
            let is_external = user_table::Column::External.eq(true);
            let members = Condition::all().add(is_external).add(is_member(&groups));
            except.extend(names(tx, members.add(are_meant(all).not())).await?);
        }
        let recipients = match candidates(all, &groups) {
            Some(some) => {
                let may_sign_in = users::who_may_sign_in();
                names(tx, Condition::all().add(some).add(are_meant(all)).add(may_sign_in)).await?
            }
            None => Vec::new(),
        };
        let groups = names_of_groups(tx, &groups).await?;
        Fields { audience: "chosen".into(), recipients, groups, except, ..Fields::default() }
    };
    let is_too_many = fields.recipients.len().max(fields.except.len()) > MAX_NAMED;
    Ok((!is_too_many).then_some(fields))
}

/// The groups of which all members are meant by all, but for external people.
fn groups_in(all: &[Audience]) -> BTreeSet<i64> {
    let named = all.iter().flat_map(|one| &one.groups).copied();
    named.filter(|group| all.iter().all(|one| one.everyone || one.groups.contains(group))).collect()
}

/// Whoever may be meant and is in none of these groups by being meant; none if there can be nobody.
fn candidates(all: &[Audience], groups: &BTreeSet<i64>) -> Option<Condition> {
    let people: BTreeSet<_> = all.iter().flat_map(|one| &one.people).copied().collect();
    let others: BTreeSet<_> = all.iter().flat_map(|one| &one.groups).copied().collect();
    let others = &others - groups;
    let mut some = Condition::any();
    if !people.is_empty() {
        some = some.add(is_one_of(&people));
    }
    if !others.is_empty() {
        some = some.add(is_member(&others));
    }
    if all.iter().any(|one| one.admins) {
        some = some.add(user_table::Column::Role.eq(users::Role::Admin));
    }
    if all.iter().any(|one| one.external && !one.everyone) {
        some = some.add(user_table::Column::External.eq(true));
    }
    (!some.is_empty()).then_some(some)
}

fn are_meant(all: &[Audience]) -> Condition {
    all.iter().fold(Condition::all(), |meant, one| meant.add(is_meant(one)))
}

/// Whether one is meant, exceptions aside: they are left out of the post as a whole.
fn is_meant(audience: &Audience) -> Condition {
    let mut meant = Condition::any().add(is_one_of(&audience.people)).add(is_member(&audience.groups));
    if audience.everyone {
        meant = meant.add(user_table::Column::External.eq(false));
    }
    if audience.external {
        meant = meant.add(user_table::Column::External.eq(true));
    }
    if audience.admins {
        meant = meant.add(user_table::Column::Role.eq(users::Role::Admin));
    }
    meant
}

fn is_one_of(people: &BTreeSet<i64>) -> Condition {
    Condition::all().add(user_table::Column::Id.is_in(people.iter().copied()))
}

fn is_member(groups: &BTreeSet<i64>) -> Condition {
    Condition::all().add(user_table::Column::Id.in_subquery(members(groups)))
}

/// Who is in one of these groups now.
fn members(groups: &BTreeSet<i64>) -> SelectStatement {
    Query::select()
        .column(memberships::Column::UserId)
        .from(memberships::Entity)
        .and_where(memberships::Column::GroupId.is_in(groups.iter().copied()))
        .and_where(memberships::Column::ToNumber.is_null())
        .to_owned()
}

/// The names of these people: one more than may be named, at most.
async fn names(tx: &impl ConnectionTrait, these: Condition) -> Result<Vec<String>, DbErr> {
    let rows = user_table::Entity::find().select_only().column(user_table::Column::Name);
    let rows = rows.filter(these).limit(MAX_NAMED as u64 + 1);
    rows.into_tuple().all(tx).await
}

async fn names_of_groups(tx: &impl ConnectionTrait, groups: &BTreeSet<i64>) -> Result<Vec<String>, DbErr> {
    let rows = group_table::Entity::find()
        .select_only()
        .column(group_table::Column::Name)
        .filter(group_table::Column::Id.is_in(groups.iter().copied()))
        .filter(group_table::Column::RemovedNumber.is_null());
    rows.into_tuple().all(tx).await
}
