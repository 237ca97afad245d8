//! Who is in a group: joining, leaving, and counting.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{OnConflict, Query},
};

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        groups::{self, Group},
        users::{self, User},
    },
    entities::{group_members, users as user_table},
    ids::{GroupId, UserId},
};

/// Puts users into a group; who is in it already stays.
pub async fn join(changes: &Changes, by: &Actor, group: &Group, users: &[User]) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    // Somebody else may have removed the group since the page was read.
    if groups::find(&change.tx, group.group_id()).await?.is_none() {
        return Ok(());
    }
    for user in users {
        let row = group_members::ActiveModel { group_id: Set(group.id), user_id: Set(user.id) };
        let join = group_members::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&change.tx);
        if join.await? > 0 {
            change.record(Entry::done(by, Action::JoinGroup, &user.name).detail(&group.name)).await?;
        }
    }
    // All of them may have been in it already: then there is nothing to commit.
    if change.is_empty() { change.undo().await } else { change.commit().await }
}

/// Takes a user out of a group.
pub async fn leave(changes: &Changes, by: &Actor, group: &Group, user: &User) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let left = group_members::Entity::delete_by_id((group.id, user.id)).exec(&change.tx).await?;
    if left.rows_affected == 0 {
        return Ok(());
    }
    change.record(Entry::done(by, Action::LeaveGroup, &user.name).detail(&group.name)).await?;
    change.commit().await
}

/// How many users are in each group; one that nobody is in is left out.
pub async fn sizes(db: &impl ConnectionTrait) -> Result<HashMap<GroupId, i64>, DbErr> {
    let counted = group_members::Entity::find()
        .select_only()
        .column(group_members::Column::GroupId)
        .column_as(group_members::Column::UserId.count(), "users")
        .group_by(group_members::Column::GroupId)
        .into_tuple::<(i64, i64)>();
    Ok(counted.all(db).await?.into_iter().map(|(group, users)| (GroupId(group), users)).collect())
}

/// How many users are in a group.
pub async fn size(db: &impl ConnectionTrait, group: GroupId) -> Result<u64, DbErr> {
    group_members::Entity::find().filter(group_members::Column::GroupId.eq(group.0)).count(db).await
}

/// Who is in a group, by name.
pub async fn members(db: &impl ConnectionTrait, group: GroupId) -> Result<Vec<User>, DbErr> {
    let ids = Query::select()
        .column(group_members::Column::UserId)
        .from(group_members::Entity)
        .cond_where(group_members::Column::GroupId.eq(group.0))
        .to_owned();
    let inside = user_table::Entity::find().filter(user_table::Column::Id.in_subquery(ids));
    users::in_order(inside).all(db).await
}

/// Who is in any of these groups, once each.
pub async fn user_ids(
    db: &impl ConnectionTrait,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<Vec<UserId>, DbErr> {
    let members = group_members::Entity::find()
        .select_only()
        .distinct()
        .column(group_members::Column::UserId)
        .filter(group_members::Column::GroupId.is_in(groups.into_iter().map(|group| group.0)));
    Ok(members.into_tuple::<i64>().all(db).await?.into_iter().map(UserId).collect())
}
