//! Groups: users that posts are written to together. Who is in them counts at the moment of publishing;
//! what came before somebody joined stays unseen, and what they got stays theirs when they leave. Whatever
//! takes a `db` or `changes` fails as the database does.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    clock, db,
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        search::{self, Kind, Named, PAGE_SIZE, Portion, Search},
    },
    entities::{groups, token_groups},
    ids::GroupId,
    live::log::table::NewEvent,
    names::{self, Called, Keys},
    text,
};

pub use self::members::{
    has_anybody, is_in, join, leave, list_members, members, memberships, who_may_sign_in,
};
pub use crate::entities::groups::Model as Group;

mod members;

/// Why a group was not changed.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The name belongs to another group.
    #[error("{}", text::say("group-taken"))]
    NameTaken,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Makes a group with nobody in it.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn add(changes: &Changes, by: &Actor, name: &str) -> Result<Group, GroupError> {
    let mut change = changes.begin().await?;
    if find_by_name(&change.tx, name).await?.is_some() {
        return Err(GroupError::NameTaken);
    }
    let row = groups::ActiveModel { created_ms: Set(clock::now_ms()), ..named(name) };
    let group = groups::Entity::insert(row).exec_with_returning(&change.tx).await.map_err(taken)?;
    search::add(&change.tx, &found_by(group.id, name)).await?;
    change.record(Entry::done(by, Action::AddGroup, name)).await?;
    change.commit().await?;
    Ok(group)
}

/// Gives a group another name. What was published to it keeps the old one.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn rename(changes: &Changes, by: &Actor, group: &Group, name: &str) -> Result<(), GroupError> {
    let mut change = changes.begin().await?;
    if find_by_name(&change.tx, name).await?.is_some_and(|other| other.id != group.id) {
        return Err(GroupError::NameTaken);
    }
    // Somebody else may have removed the group since the page was read, or given it another name.
    let Some(group) = hold_alone(&change.tx, group.group_id()).await? else {
        return Ok(());
    };
    let renamed = groups::Entity::update_many().set(named(name)).filter(groups::Column::Id.eq(group.id));
    renamed.exec(&change.tx).await.map_err(taken)?;
    search::remove(&change.tx, &found_by(group.id, &group.name)).await?;
    search::add(&change.tx, &found_by(group.id, name)).await?;
    let entry = Entry::done(by, Action::RenameGroup, &group.name);
    change.record(entry.detail(text::of("audit-now").with("name", name))).await?;
    Ok(change.commit().await?)
}

/// Closes a group, or opens it again: who is in a closed one is named and counted to admins alone, and to who coordinates a
/// post. Whether that was a change.
pub async fn set_closed(
    changes: &Changes,
    by: &Actor,
    group: &Group,
    is_closed: bool,
) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    let group = hold_alone(&change.tx, group.group_id()).await?.filter(|group| group.closed != is_closed);
    let Some(group) = group else { return change.undo().await.map(|()| false) };
    let closed = groups::ActiveModel { closed: Set(is_closed), ..Default::default() };
    let this = groups::Entity::update_many().set(closed).filter(groups::Column::Id.eq(group.id));
    this.exec(&change.tx).await?;
    let detail = if is_closed { text::key("audit-closed") } else { text::key("audit-not-closed") };
    change.record(Entry::done(by, Action::CloseGroup, &group.name).detail(text::of(detail))).await?;
    // Nobody joins or leaves: every node looks anew at the rosters that are open.
    change.write_event(NewEvent::Memberships).await?;
    change.commit().await.map(|()| true)
}

/// Removes a group, which ends its memberships. What was published to it stays with those who got it; its row stays, and
/// is hidden, and another may have its name.
pub async fn remove(changes: &Changes, by: &Actor, group: &Group) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let Some(group) = hold_alone(&change.tx, group.group_id()).await? else { return Ok(()) };
    // A token that was held to this group may post to one less, not to everybody.
    let tokens = token_groups::Entity::delete_many();
    tokens.filter(token_groups::Column::GroupId.eq(group.id)).exec(&change.tx).await?;
    search::remove(&change.tx, &found_by(group.id, &group.name)).await?;
    change.record(Entry::done(by, Action::RemoveGroup, &group.name)).await?;
    let number = change.write_event(NewEvent::Memberships).await?;
    let hidden = groups::ActiveModel {
        // No name has such a character.
        name_key: Set(format!("\u{1}{}", group.id)),
        folded: Set(None),
        skeleton: Set(None),
        folded_skeleton: Set(None),
        members: Set(0),
        removed_number: Set(Some(number)),
        ..Default::default()
    };
    groups::Entity::update_many()
        .set(hidden)
        .filter(groups::Column::Id.eq(group.id))
        .exec(&change.tx)
        .await?;
    change.commit().await
}

/// These groups as they are until the transaction ends, but for those that were removed: nobody joins or leaves them.
pub async fn hold(
    tx: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = GroupId>,
) -> Result<Vec<Group>, DbErr> {
    let ids: Vec<_> = ids.into_iter().map(|group| group.0).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let these = present().filter(groups::Column::Id.is_in(ids)).order_by_asc(groups::Column::Id);
    these.lock_shared().all(tx).await
}

/// The group, to be changed with who is in it: nobody else changes it, or publishes to it, until the transaction ends.
/// A transaction holds one group so, or two would wait for each other.
pub(in crate::domain) async fn hold_alone(
    tx: &impl ConnectionTrait,
    id: GroupId,
) -> Result<Option<Group>, DbErr> {
    present().filter(groups::Column::Id.eq(id.0)).lock_exclusive().one(tx).await
}

/// The group of that id.
pub async fn find(db: &impl ConnectionTrait, id: GroupId) -> Result<Option<Group>, DbErr> {
    present().filter(groups::Column::Id.eq(id.0)).one(db).await
}

/// The groups of these names, once each, and the names that no group has.
pub async fn find_by_names(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<(Vec<Group>, Vec<String>), DbErr> {
    let (mut found, mut unknown) = (HashMap::new(), Vec::new());
    // SQLite takes at most 32,766 values in one statement.
    for some in names.chunks(1000) {
        let spelled = Condition::any()
            .add(groups::Column::NameKey.is_in(some.iter().map(|name| names::written_key(name))))
            .add(groups::Column::Folded.is_in(some.iter().map(|name| names::key(name))));
        let spelled = present().filter(spelled).all(db).await?;
        let called = called(&spelled);
        for name in some {
            match called.find(name) {
                Some(group) => drop(found.insert(group.id, group.clone())),
                None => unknown.push(name.clone()),
            }
        }
    }
    Ok((found.into_values().collect(), unknown))
}

/// Which of these have not been removed.
pub async fn those_there(db: &impl ConnectionTrait, ids: &BTreeSet<i64>) -> Result<BTreeSet<i64>, DbErr> {
    let (ids, mut there) = (ids.iter().copied().collect::<Vec<_>>(), BTreeSet::new());
    // SQLite takes at most 32,766 values in one statement.
    for some in ids.chunks(1000) {
        let rows = present().select_only().column(groups::Column::Id);
        let rows = rows.filter(groups::Column::Id.is_in(some.iter().copied()));
        there.extend(rows.into_tuple::<i64>().all(db).await?);
    }
    Ok(there)
}

/// These groups, to be found by name.
pub fn called(groups: &[Group]) -> Called<'_, Group> {
    Called::among(groups, |group| (&group.name_key, group.folded.as_deref()))
}

/// Other groups whose names look like this one's: a few, for a warning.
pub async fn looking_like(db: &impl ConnectionTrait, group: &Group) -> Result<Vec<Group>, DbErr> {
    let keys = Keys::of(&group.name);
    let like = Condition::any()
        .add(groups::Column::Folded.eq(keys.folded))
        .add(groups::Column::Skeleton.eq(keys.skeleton))
        .add(groups::Column::FoldedSkeleton.eq(keys.folded_skeleton));
    let others = present().filter(like).filter(groups::Column::Id.ne(group.id));
    in_order(others).limit(3).all(db).await
}

/// A page of the groups, by name.
pub async fn list(db: &impl ConnectionTrait, search: &Search) -> Result<Portion<Group>, DbErr> {
    suggest(db, search, PAGE_SIZE).await
}

/// The first groups that have the words in their name.
pub async fn suggest(
    db: &impl ConnectionTrait,
    search: &Search,
    limit: u64,
) -> Result<Portion<Group>, DbErr> {
    let found = search::find(db, Kind::Group, search, limit, None).await?;
    if found.rows.is_empty() {
        return Ok(found.map(|_| Vec::new()));
    }
    let these = groups::Entity::find().filter(groups::Column::Id.is_in(found.rows.iter().copied()));
    let these = these.all(db).await?.into_iter().map(|group| (group.id, group));
    let mut these: HashMap<i64, Group> = these.collect();
    Ok(found.map(|ids| ids.iter().filter_map(|id| these.remove(id)).collect()))
}

/// Every group, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Group>, DbErr> {
    in_order(present()).all(db).await
}

/// The ids of the closed ones, removed or not, as SQL.
pub(in crate::domain) fn closed() -> SelectStatement {
    let of = |column| Expr::col((groups::Entity, column));
    let mut closed = Query::select();
    closed.column((groups::Entity, groups::Column::Id)).from(groups::Entity);
    closed.and_where(of(groups::Column::Closed).eq(true)).to_owned()
}

/// Those that were not removed.
fn present() -> Select<groups::Entity> {
    groups::Entity::find().filter(groups::Column::RemovedNumber.is_null())
}

async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<Group>, DbErr> {
    let spelled = groups::Column::NameKey.eq(names::written_key(name));
    let spelled = spelled.or(groups::Column::Folded.eq(names::key(name)));
    present().filter(spelled).one(db).await
}

fn in_order<Q: QueryOrder>(groups: Q) -> Q {
    groups.order_by_asc(groups::Column::SortKey).order_by_asc(groups::Column::NameKey)
}

fn found_by(id: i64, name: &str) -> Named {
    Named { kind: Kind::Group, id, name: name.to_owned() }
}

/// What is stored of a name.
fn named(name: &str) -> groups::ActiveModel {
    let keys = Keys::of(name);
    groups::ActiveModel {
        name: Set(name.to_owned()),
        name_key: Set(names::written_key(name)),
        folded: Set(Some(keys.folded)),
        skeleton: Set(Some(keys.skeleton)),
        folded_skeleton: Set(Some(keys.folded_skeleton)),
        sort_key: Set(Some(keys.sort_key)),
        ..Default::default()
    }
}

/// Another node may have taken the name at this moment.
fn taken(error: DbErr) -> GroupError {
    if db::is_taken(&error) { GroupError::NameTaken } else { error.into() }
}
