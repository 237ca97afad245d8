//! From names to whom a board or a card is for.

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::{groups, users},
    entities::{groups as group_table, users as user_table},
    live::state::Audience,
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

/// Whom the names mean, or what is wrong with them. Fails as the database does.
pub async fn audience_of(
    db: &impl ConnectionTrait,
    named: &Named,
) -> Result<Result<Audience, String>, DbErr> {
    let mut audience = Audience {
        everyone: named.everyone,
        external: named.external,
        admins: named.admins,
        ..Audience::default()
    };
    for (names, to) in [(&named.people, &mut audience.people), (&named.except, &mut audience.except)] {
        let (found, unknown) = users::find_by_names(db, names).await?;
        if let Some(name) = unknown.first() {
            return Ok(Err(format!("Nobody here is called {name}.")));
        }
        to.extend(found.iter().map(|user| user.id));
    }
    let (found, unknown) = groups::find_by_names(db, &named.groups).await?;
    if let Some(name) = unknown.first() {
        return Ok(Err(format!("There is no group called {name}.")));
    }
    audience.groups.extend(found.iter().map(|group| group.id));
    Ok(Ok(audience))
}

/// The names of whom it is for, in order. Who is not there any more is left out. Fails as the database does.
pub async fn names_of(db: &impl ConnectionTrait, audience: &Audience) -> Result<Named, DbErr> {
    let people = async |ids: &std::collections::BTreeSet<i64>| {
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
