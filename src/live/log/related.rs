//! What events tell of, read for many of them at once. Whatever takes a `db` fails as the database does.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    entities::{groups, memberships, wall_groups},
    ids::{GroupId, ListenerId, UserId, WallId},
    live::{
        audience::Audience,
        log::posts::{self, Published},
        viewers::MembershipChange,
    },
};

/// What some events tell of.
#[derive(Debug, Default)]
pub(super) struct Related {
    posts: HashMap<i64, Arc<Published>>,
    /// By the number of the post.
    audiences: HashMap<i64, Audience>,
    /// By the number of the event.
    memberships: HashMap<i64, Vec<MembershipChange>>,
}

impl Related {
    /// The posts of these ids, and who joined and left by the events of those.
    pub(super) async fn load(
        db: &impl ConnectionTrait,
        ids: Vec<i64>,
        told: BTreeSet<i64>,
    ) -> Result<Self, DbErr> {
        let mut related = Self { memberships: memberships(db, told).await?, ..Self::default() };
        if !ids.is_empty() {
            let posts = posts::of_ids(db, ids).await?;
            related.audiences = Audience::load(db, posts.values().map(|one| one.post.number)).await?;
            related.posts = posts.into_iter().map(|(id, one)| (id, Arc::new(one))).collect();
        }
        Ok(related)
    }

    /// The post of this id, and whom it is for.
    pub(super) fn post(&self, id: i64) -> Option<(Arc<Published>, Audience)> {
        let published = self.posts.get(&id)?;
        Some((published.clone(), self.audiences.get(&published.post.number).cloned().unwrap_or_default()))
    }

    /// Who joined and left by this event.
    pub(super) fn memberships(&self, event: i64) -> Box<[MembershipChange]> {
        self.memberships.get(&event).cloned().unwrap_or_default().into()
    }
}

/// Who joined and left by each of these events.
async fn memberships(
    db: &impl ConnectionTrait,
    events: BTreeSet<i64>,
) -> Result<HashMap<i64, Vec<MembershipChange>>, DbErr> {
    let mut told = HashMap::<i64, Vec<MembershipChange>>::new();
    if events.is_empty() {
        return Ok(told);
    }
    for (column, has_joined) in
        [(memberships::Column::FromNumber, true), (memberships::Column::ToNumber, false)]
    {
        let these = memberships::Entity::find().filter(column.is_in(events.iter().copied()));
        for row in these.all(db).await? {
            let number = if has_joined { row.from_number } else { row.to_number.unwrap_or_default() };
            let (group, listener) = (GroupId(row.group_id), UserId(row.user_id).into());
            let change = MembershipChange { group, listener, number, has_joined };
            told.entry(number).or_default().push(change);
        }
    }
    for row in of_removed_groups(db, &events).await? {
        told.entry(row.number).or_default().push(row);
    }
    Ok(told)
}

/// Who was in the groups that were removed by these events.
async fn of_removed_groups(
    db: &impl ConnectionTrait,
    events: &BTreeSet<i64>,
) -> Result<Vec<MembershipChange>, DbErr> {
    let removed = groups::Entity::find().filter(groups::Column::RemovedNumber.is_in(events.iter().copied()));
    let removed: HashMap<_, _> =
        removed.all(db).await?.into_iter().map(|group| (group.id, group.removed_number)).collect();
    if removed.is_empty() {
        return Ok(Vec::new());
    }
    let theirs = memberships::Entity::find()
        .filter(memberships::Column::GroupId.is_in(removed.keys().copied()))
        .filter(memberships::Column::ToNumber.is_null());
    let left = |group: i64, listener: ListenerId| {
        let number = removed.get(&group).copied().flatten()?;
        Some(MembershipChange { group: GroupId(group), listener, number, has_joined: false })
    };
    let people = theirs.all(db).await?;
    let people = people.into_iter().filter_map(|row| left(row.group_id, UserId(row.user_id).into()));
    let walls = wall_groups::Entity::find()
        .filter(wall_groups::Column::GroupId.is_in(removed.keys().copied()))
        .all(db)
        .await?;
    let walls = walls.into_iter().filter_map(|row| left(row.group_id, ListenerId::Wall(WallId(row.wall_id))));
    Ok(people.chain(walls).collect())
}
