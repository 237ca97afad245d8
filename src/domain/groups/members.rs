//! Who is in a group: joining, leaving, and counting.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QuerySelect,
    sea_query::{Alias, Expr, OnConflict, Query, SelectStatement},
};

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        groups::{self, Group},
        search::{self, Kind, PAGE_SIZE, Place, Portion, Search},
        users::{self, User},
    },
    entities::{group_members, users as user_table},
    ids::{GroupId, UserId},
};

/// A group of more members is a large one.
const SMALL: u64 = 1_000;

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

/// Takes users out of a group.
pub async fn leave(changes: &Changes, by: &Actor, group: &Group, users: &[User]) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    for user in users {
        let left = group_members::Entity::delete_by_id((group.id, user.id)).exec(&change.tx).await?;
        if left.rows_affected > 0 {
            change.record(Entry::done(by, Action::LeaveGroup, &user.name).detail(&group.name)).await?;
        }
    }
    // None of them may have been in it: then there is nothing to commit.
    if change.is_empty() { change.undo().await } else { change.commit().await }
}

/// How many users are in each of these groups; one that nobody is in is left out.
pub async fn sizes(
    db: &impl ConnectionTrait,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<GroupId, i64>, DbErr> {
    let groups: Vec<_> = groups.into_iter().map(|group| group.0).collect();
    if groups.is_empty() {
        return Ok(HashMap::new());
    }
    let counted = group_members::Entity::find()
        .select_only()
        .column(group_members::Column::GroupId)
        .column_as(group_members::Column::UserId.count(), "users")
        .filter(group_members::Column::GroupId.is_in(groups))
        .group_by(group_members::Column::GroupId)
        .into_tuple::<(i64, i64)>();
    Ok(counted.all(db).await?.into_iter().map(|(group, users)| (GroupId(group), users)).collect())
}

/// How many users are in a group.
pub async fn size(db: &impl ConnectionTrait, group: GroupId) -> Result<u64, DbErr> {
    group_members::Entity::find().filter(group_members::Column::GroupId.eq(group.0)).count(db).await
}

/// A page of who is in a group, by name. The members of a small group are found among its own, those of a large one
/// among all people: each is more than one page in so many.
pub async fn list_members(
    db: &impl ConnectionTrait,
    group: GroupId,
    search: &Search,
) -> Result<Portion<User>, DbErr> {
    let found = if size(db, group).await? <= SMALL {
        find_in_small(db, group, search).await?
    } else {
        let member = members_of(group)
            .and_where(column(group_members::Column::UserId).eq(search::row_id()))
            .to_owned();
        search::find(db, Kind::User, search, PAGE_SIZE, Some(Expr::exists(member))).await?
    };
    users::rows(db, found).await
}

/// Everybody in a group, by name.
pub async fn members(db: &impl ConnectionTrait, group: GroupId) -> Result<Vec<User>, DbErr> {
    let inside = user_table::Entity::find().filter(user_table::Column::Id.in_subquery(members_of(group)));
    users::in_order(inside).all(db).await
}

async fn find_in_small(
    db: &impl ConnectionTrait,
    group: GroupId,
    search: &Search,
) -> Result<Portion<i64>, DbErr> {
    let (place, id) = (user_column(user_table::Column::SortKey), user_column(user_table::Column::Id));
    let mut query = Query::select();
    query
        .expr_as(place.clone(), Alias::new("place"))
        .expr_as(id.clone(), Alias::new("id"))
        .from(user_table::Entity)
        .and_where(id.clone().in_subquery(members_of(group)))
        .and_where(place.clone().is_not_null());
    for word in search.words() {
        query.and_where(search::has_word(Kind::User, &word, place.clone(), id.clone()));
    }
    let rows = db.query_all(&query).await?;
    let found: Result<Vec<Place>, _> = rows.iter().map(|row| Place::from_query_result(row, "")).collect();
    let mut found = found?;
    found.retain(|found| search.after.as_ref().is_none_or(|after| found > after));
    found.sort();
    Ok(search::cut(found, PAGE_SIZE, None))
}

fn members_of(group: GroupId) -> SelectStatement {
    let mut members = Query::select();
    members.column(group_members::Column::UserId).from(group_members::Entity);
    members.and_where(column(group_members::Column::GroupId).eq(group.0)).to_owned()
}

fn column(column: group_members::Column) -> Expr {
    Expr::col((group_members::Entity, column))
}

fn user_column(column: user_table::Column) -> Expr {
    Expr::col((user_table::Entity, column))
}

/// Who is in which group.
pub async fn memberships(db: &impl ConnectionTrait) -> Result<Vec<(GroupId, UserId)>, DbErr> {
    let columns = [group_members::Column::GroupId, group_members::Column::UserId];
    let all = group_members::Entity::find().select_only().columns(columns).into_tuple::<(i64, i64)>();
    Ok(all.all(db).await?.into_iter().map(|(group, user)| (GroupId(group), UserId(user))).collect())
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
