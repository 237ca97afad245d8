//! From names to whom a board or a card is for.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::{groups, users},
    entities::{groups as group_table, users as user_table},
    live::state::Audience,
    text,
};

/// Whom a board or a card is for, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// Everybody of the organisation.
    pub everyone: bool,
    /// External people, too.
    pub external: bool,
    /// All administrators, too.
    pub admins: bool,
    /// These people.
    pub people: Vec<String>,
    /// Whoever is in these groups.
    pub groups: Vec<String>,
    /// None of these.
    pub except: Vec<String>,
}

/// Whom the names mean, or what is wrong with them. Who may not sign in is nobody, but stays where they stood before: `kept` is
/// whom it was for so far. Fails as the database does.
pub async fn audience_of(
    db: &impl ConnectionTrait,
    named: &Named,
    kept: &Audience,
) -> Result<Result<Audience, String>, DbErr> {
    let mut audience = Audience {
        everyone: named.everyone,
        external: named.external,
        admins: named.admins,
        ..Audience::default()
    };
    for (names, to) in [(&named.people, &mut audience.people), (&named.except, &mut audience.except)] {
        let (found, unknown) = users::find_by_names(db, names).await?;
        let unknown = without_kept(db, unknown, kept, to).await?;
        if let Some(name) = unknown.first() {
            let problem = text::of("draft-unknown-people").with("name", name).with("more", unknown.len() - 1);
            return Ok(Err(problem.say()));
        }
        to.extend(found.iter().map(|user| user.id));
    }
    let (found, unknown) = groups::find_by_names(db, &named.groups).await?;
    if let Some(name) = unknown.first() {
        let problem = text::of("draft-unknown-groups").with("name", name).with("more", unknown.len() - 1);
        return Ok(Err(problem.say()));
    }
    audience.groups.extend(found.iter().map(|group| group.id));
    Ok(Ok(audience))
}

/// Adds those of these whom it names already, and returns the names of the others.
async fn without_kept(
    db: &impl ConnectionTrait,
    names: Vec<String>,
    kept: &Audience,
    to: &mut BTreeSet<i64>,
) -> Result<Vec<String>, DbErr> {
    let ids: Vec<_> = kept.people.union(&kept.except).copied().collect();
    if names.is_empty() || ids.is_empty() {
        return Ok(names);
    }
    let mut there = Vec::new();
    // SQLite takes at most 32,766 values in one statement.
    for some in ids.chunks(1000) {
        let rows = user_table::Entity::find().filter(user_table::Column::Id.is_in(some.iter().copied()));
        there.extend(rows.all(db).await?);
    }
    let called = users::called(&there);
    let (known, unknown): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| called.find(name).is_some());
    to.extend(known.iter().filter_map(|name| called.find(name)).map(|user| user.id));
    Ok(unknown)
}

/// The names of whom it is for, in order. Who is not there any more is left out. Fails as the database does.
pub async fn names_of(db: &impl ConnectionTrait, audience: &Audience) -> Result<Named, DbErr> {
    let people = async |ids: &BTreeSet<i64>| {
        let rows = user_table::Entity::find().select_only().column(user_table::Column::Name);
        let rows = rows.filter(user_table::Column::Id.is_in(ids.iter().copied()));
        users::in_order(rows).into_tuple::<String>().all(db).await
    };
    let groups = group_table::Entity::find()
        .select_only()
        .column(group_table::Column::Name)
        .filter(group_table::Column::Id.is_in(audience.groups.iter().copied()))
        .filter(group_table::Column::RemovedNumber.is_null())
        .into_tuple::<String>();
    Ok(Named {
        everyone: audience.everyone,
        external: audience.external,
        admins: audience.admins,
        people: people(&audience.people).await?,
        groups: groups.all(db).await?,
        except: people(&audience.except).await?,
    })
}
