//! Who is in which groups, brought to what the list says: as it is after everybody has an account.

use std::collections::{BTreeMap, HashMap};

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{
        groups::{self, Group},
        imports::{Import, known, list::ListedRow},
        portions::Portions,
        users,
    },
    ids::{GroupId, UserId},
};

#[derive(Default)]
struct Moves {
    join: Vec<UserId>,
    leave: Vec<UserId>,
}

/// Puts everybody of the list into the groups of their row, and takes them out of all others.
pub(super) async fn settle(import: Import<'_>) -> Result<(), DbErr> {
    let Import { changes, by, rows, .. } = import;
    let db = &changes.db().read;
    let groups = groups::all(db).await?;
    for (group, moves) in find_moves(db, &groups, rows).await? {
        let Some(group) = groups.iter().find(|one| one.group_id() == group) else { continue };
        let mut portions = Portions::of(&moves.leave);
        while let Some(some) = portions.next() {
            groups::leave(changes, by, group, &users::find_all(db, some).await?).await?;
            portions.rest().await;
        }
        let mut portions = Portions::of(&moves.join);
        while let Some(some) = portions.next() {
            groups::join(changes, by, group, &users::find_all(db, some).await?).await?;
            portions.rest().await;
        }
    }
    Ok(())
}

async fn find_moves(
    db: &impl ConnectionTrait,
    groups: &[Group],
    rows: &[ListedRow],
) -> Result<BTreeMap<GroupId, Moves>, DbErr> {
    let (users, memberships) = (known::all(db).await?, known::memberships(db).await?);
    let by_number: HashMap<_, _> =
        users.iter().filter_map(|user| Some((user.number.as_deref()?, user.id()))).collect();
    let called = groups::called(groups);
    let mut moves: BTreeMap<GroupId, Moves> = BTreeMap::new();
    for row in rows {
        let Some(user) = by_number.get(row.number.as_str()) else { continue };
        let now = memberships.get(user).cloned().unwrap_or_default();
        let wanted = row.groups.iter().filter_map(|name| called.find(name)).map(Group::group_id).collect();
        for group in now.difference(&wanted) {
            moves.entry(*group).or_default().leave.push(*user);
        }
        for group in wanted.difference(&now) {
            moves.entry(*group).or_default().join.push(*user);
        }
    }
    Ok(moves)
}
