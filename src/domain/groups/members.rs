//! Who is in a group: joining and leaving. A membership is from one number of the log to another, so that what is
//! published to a group is for who is in it then, however many that are, and stays with who leaves.

use std::collections::HashSet;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, QueryFilter,
    QuerySelect,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::{Change, Changes},
        groups::{self, Group},
        portions::Portions,
        search::{self, Kind, PAGE_SIZE, Place, Portion, Search},
        users::{self, User},
    },
    entities::{groups as group_table, memberships, users as user_table},
    ids::{GroupId, UserId},
    live::log::table::NewEvent,
};

/// A group of more members is a large one.
const SMALL: i64 = 1_000;

/// Puts users into a group; who is in it already stays. Of many, a portion after the other joins: whoever publishes meanwhile
/// waits for one of them at most.
pub async fn join(changes: &Changes, by: &Actor, group: &Group, users: &[User]) -> Result<(), DbErr> {
    let mut portions = Portions::of(users);
    while let Some(some) = portions.next() {
        if !join_together(changes, by, group, some).await? {
            break;
        }
        portions.rest_before_more().await;
    }
    Ok(())
}

/// Whether the group is still there: somebody else may have removed it since the page was read.
async fn join_together(changes: &Changes, by: &Actor, group: &Group, users: &[User]) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    if groups::hold_alone(&change.tx, group.group_id()).await?.is_none() {
        return change.undo().await.map(|()| false);
    }
    let inside = inside_among(&change, group, users).await?;
    let mut seen = HashSet::new();
    let is_new = |user: &&User| !inside.contains(&user.id) && seen.insert(user.id);
    let new: Vec<_> = users.iter().filter(is_new).collect();
    if new.is_empty() {
        return change.undo().await.map(|()| true);
    }
    count(&mut change, by, Action::JoinGroup, group, &new).await?;
    let number = change.write_event(NewEvent::Memberships).await?;
    let row = |user: &&User| memberships::ActiveModel {
        group_id: Set(group.id),
        user_id: Set(user.id),
        from_number: Set(number),
        to_number: Set(None),
    };
    memberships::Entity::insert_many(new.iter().map(row)).exec_without_returning(&change.tx).await?;
    change.commit().await.map(|()| true)
}

/// Whether this user is in the group now.
pub async fn is_in(db: &impl ConnectionTrait, group: &Group, user: UserId) -> Result<bool, DbErr> {
    let theirs = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::GroupId.eq(group.id))
        .filter(memberships::Column::UserId.eq(user.0))
        .filter(memberships::Column::ToNumber.is_null());
    Ok(theirs.into_tuple::<i64>().one(db).await?.is_some())
}

/// Takes users out of a group. Of many, a portion after the other leaves.
pub async fn leave(changes: &Changes, by: &Actor, group: &Group, users: &[User]) -> Result<(), DbErr> {
    let mut portions = Portions::of(users);
    while let Some(some) = portions.next() {
        if !leave_together(changes, by, group, some).await? {
            break;
        }
        portions.rest_before_more().await;
    }
    Ok(())
}

async fn leave_together(changes: &Changes, by: &Actor, group: &Group, users: &[User]) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    if groups::hold_alone(&change.tx, group.group_id()).await?.is_none() {
        return change.undo().await.map(|()| false);
    }
    let inside = inside_among(&change, group, users).await?;
    let leaving: Vec<_> = users.iter().filter(|user| inside.contains(&user.id)).collect();
    if leaving.is_empty() {
        return change.undo().await.map(|()| true);
    }
    count(&mut change, by, Action::LeaveGroup, group, &leaving).await?;
    let number = change.write_event(NewEvent::Memberships).await?;
    memberships::Entity::update_many()
        .col_expr(memberships::Column::ToNumber, Expr::value(number))
        .filter(memberships::Column::UserId.is_in(leaving.iter().map(|user| user.id)))
        .filter(is_open(group.group_id()))
        .exec(&change.tx)
        .await?;
    change.commit().await.map(|()| true)
}

/// Keeps the group's count, and notes who came or went.
async fn count(
    change: &mut Change,
    by: &Actor,
    action: Action,
    group: &Group,
    users: &[&User],
) -> Result<(), DbErr> {
    let many = i64::try_from(users.len()).unwrap_or(i64::MAX);
    let by_so_many = if action == Action::JoinGroup { many } else { -many };
    let members = group_table::Column::Members;
    group_table::Entity::update_many()
        .col_expr(members, Expr::col(members).add(by_so_many))
        .filter(group_table::Column::Id.eq(group.id))
        .exec(&change.tx)
        .await?;
    let entry = |user: &&User| Entry::done(by, action, &user.name).detail(&group.name);
    change.record_all(users.iter().map(entry).collect()).await
}

/// Which of these users are in the group, by their ids.
async fn inside_among(change: &Change, group: &Group, users: &[User]) -> Result<HashSet<i64>, DbErr> {
    let inside = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::UserId.is_in(users.iter().map(|user| user.id)))
        .filter(is_open(group.group_id()));
    Ok(inside.into_tuple::<i64>().all(&change.tx).await?.into_iter().collect())
}

/// A page of who is in a group, by name. The members of a small group are found among its own, those of a large one
/// among all people: each is more than one page in so many.
pub async fn list_members(
    db: &impl ConnectionTrait,
    group: &Group,
    search: &Search,
) -> Result<Portion<User>, DbErr> {
    let found = if group.members <= SMALL {
        find_in_small(db, group.group_id(), search).await?
    } else {
        let member = members_of(group.group_id())
            .and_where(Expr::col((memberships::Entity, memberships::Column::UserId)).eq(search::row_id()))
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

/// The ids of who is in a group.
fn members_of(group: GroupId) -> SelectStatement {
    Query::select()
        .column(memberships::Column::UserId)
        .from(memberships::Entity)
        .cond_where(is_open(group))
        .to_owned()
}

fn is_open(group: GroupId) -> Condition {
    Condition::all()
        .add(memberships::Column::GroupId.eq(group.0))
        .add(memberships::Column::ToNumber.is_null())
}

fn user_column(column: user_table::Column) -> Expr {
    Expr::col((user_table::Entity, column))
}

/// Who is in which group.
pub async fn memberships(db: &impl ConnectionTrait) -> Result<Vec<(GroupId, UserId)>, DbErr> {
    let removed = Query::select()
        .column(group_table::Column::Id)
        .from(group_table::Entity)
        .and_where(group_table::Column::RemovedNumber.is_not_null())
        .to_owned();
    let open = memberships::Entity::find()
        .select_only()
        .columns([memberships::Column::GroupId, memberships::Column::UserId])
        .filter(memberships::Column::ToNumber.is_null())
        .filter(memberships::Column::GroupId.not_in_subquery(removed));
    let open = open.into_tuple::<(i64, i64)>().all(db).await?;
    Ok(open.into_iter().map(|(group, user)| (GroupId(group), UserId(user))).collect())
}

/// Who is in any of these groups now and may sign in, once each: of groups with some hundreds of people in all.
pub async fn who_may_sign_in(
    db: &impl ConnectionTrait,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<Vec<UserId>, DbErr> {
    let members = memberships::Entity::find()
        .select_only()
        .column(memberships::Column::UserId)
        .filter(memberships::Column::GroupId.is_in(groups.into_iter().map(|group| group.0)))
        .filter(memberships::Column::ToNumber.is_null());
    let members: Vec<i64> = members.into_tuple().all(db).await?;
    if members.is_empty() {
        return Ok(Vec::new());
    }
    let users = user_table::Entity::find().select_only().column(user_table::Column::Id);
    let users = users.filter(user_table::Column::Id.is_in(members)).filter(users::who_may_sign_in());
    Ok(users.into_tuple::<i64>().all(db).await?.into_iter().map(UserId).collect())
}

/// Whether anybody is in the group now who may sign in: the first one is enough.
pub async fn has_anybody(db: &impl ConnectionTrait, group: GroupId) -> Result<bool, DbErr> {
    // One by one, in the order of an index: PostgreSQL would begin with everybody who may sign in.
    let may_sign_in = Query::select()
        .expr(Expr::value(1))
        .from(user_table::Entity)
        .and_where(
            user_column(user_table::Column::Id).equals((memberships::Entity, memberships::Column::UserId)),
        )
        .cond_where(users::who_may_sign_in())
        .limit(1)
        .to_owned();
    let members = memberships::Entity::find().select_only().column(memberships::Column::UserId);
    let first = members.filter(is_open(group)).filter(Expr::exists(may_sign_in));
    Ok(first.into_tuple::<i64>().one(db).await?.is_some())
}
