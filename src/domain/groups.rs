//! Groups: people that posts are written to together. Who is in them counts at the moment of publishing;
//! what came before somebody joined stays unseen, and what they got stays theirs when they leave. Whatever
//! takes a `db` fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{OnConflict, Query},
};

use crate::{
    clock,
    db::{self, Db},
    domain::{
        audit::{self, Action, Actor},
        users::{self, User},
    },
    entities::{group_members, groups, token_groups, users as user_table},
    ids::{GroupId, UserId},
    names::{self, Called, Keys},
};

pub use crate::entities::groups::Model as Group;

/// Why a group was not changed.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// The name belongs to another group.
    #[error("There is a group of this name.")]
    NameTaken,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

impl Group {
    /// The row's id as its own type.
    pub fn group_id(&self) -> GroupId {
        GroupId(self.id)
    }
}

/// Makes a group with nobody in it.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn add(db: &Db, by: &Actor, name: &str) -> Result<Group, GroupError> {
    let tx = db.begin().await?;
    if find_by_name(&tx, name).await?.is_some() {
        return Err(GroupError::NameTaken);
    }
    let row = groups::ActiveModel { created_ms: Set(clock::now_ms()), ..named(name) };
    let group = groups::Entity::insert(row).exec_with_returning(&tx).await.map_err(taken)?;
    let recorded = audit::record(&tx, audit::Entry::done(by, Action::AddGroup, name)).await?;
    tx.commit().await?;
    recorded.log();
    Ok(group)
}

/// Gives a group another name. What was published to it keeps the old one.
///
/// # Errors
/// When the name is taken, and those of the database.
pub async fn rename(db: &Db, by: &Actor, group: &Group, name: &str) -> Result<(), GroupError> {
    let tx = db.begin().await?;
    if find_by_name(&tx, name).await?.is_some_and(|other| other.id != group.id) {
        return Err(GroupError::NameTaken);
    }
    let change = groups::Entity::update_many().set(named(name)).filter(groups::Column::Id.eq(group.id));
    // Somebody else may have removed the group since the page was read.
    if change.exec(&tx).await.map_err(taken)?.rows_affected == 0 {
        return Ok(());
    }
    let entry = audit::Entry::done(by, Action::RenameGroup, &group.name).detail(format!("now “{name}”"));
    let recorded = audit::record(&tx, entry).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Removes a group. What was published to it stays with those who got it.
pub async fn remove(db: &Db, by: &Actor, group: &Group) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let members = group_members::Entity::delete_many();
    members.filter(group_members::Column::GroupId.eq(group.id)).exec(&tx).await?;
    // A token that was held to this group may post to one less, not to everybody.
    let tokens = token_groups::Entity::delete_many();
    tokens.filter(token_groups::Column::GroupId.eq(group.id)).exec(&tx).await?;
    if groups::Entity::delete_by_id(group.id).exec(&tx).await?.rows_affected == 0 {
        return Ok(());
    }
    let recorded = audit::record(&tx, audit::Entry::done(by, Action::RemoveGroup, &group.name)).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// Puts people into a group; who is in it already stays.
pub async fn join(db: &Db, by: &Actor, group: &Group, people: &[User]) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    // Somebody else may have removed the group since the page was read.
    if find(&tx, group.group_id()).await?.is_none() {
        return Ok(());
    }
    let mut recorded = Vec::new();
    for person in people {
        let row = group_members::ActiveModel { group_id: Set(group.id), user_id: Set(person.id) };
        let join = group_members::Entity::insert(row)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&tx);
        if join.await? > 0 {
            let entry = audit::Entry::done(by, Action::JoinGroup, &person.name).detail(&group.name);
            recorded.push(audit::record(&tx, entry).await?);
        }
    }
    // All of them were in it already: there is nothing to commit.
    if recorded.is_empty() {
        return Ok(());
    }
    tx.commit().await?;
    recorded.into_iter().for_each(audit::Recorded::log);
    Ok(())
}

/// Takes somebody out of a group.
pub async fn leave(db: &Db, by: &Actor, group: &Group, person: &User) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let left = group_members::Entity::delete_by_id((group.id, person.id)).exec(&tx).await?;
    if left.rows_affected == 0 {
        return Ok(());
    }
    let entry = audit::Entry::done(by, Action::LeaveGroup, &person.name).detail(&group.name);
    let recorded = audit::record(&tx, entry).await?;
    tx.commit().await?;
    recorded.log();
    Ok(())
}

/// The group of that id.
pub async fn find(db: &impl ConnectionTrait, id: GroupId) -> Result<Option<Group>, DbErr> {
    groups::Entity::find_by_id(id.0).one(db).await
}

/// The groups of these names, once each, and the names that no group has.
pub async fn find_by_names(
    db: &impl ConnectionTrait,
    names: &[String],
) -> Result<(Vec<Group>, Vec<String>), DbErr> {
    let everything = all(db).await?;
    let called = called(&everything);
    let (mut found, mut unknown) = (HashMap::new(), Vec::new());
    for name in names {
        match called.find(name) {
            Some(group) => drop(found.insert(group.id, group.clone())),
            None => unknown.push(name.clone()),
        }
    }
    Ok((found.into_values().collect(), unknown))
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
    let others = groups::Entity::find().filter(like).filter(groups::Column::Id.ne(group.id));
    in_order(others).limit(3).all(db).await
}

/// Every group, by name.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Group>, DbErr> {
    in_order(groups::Entity::find()).all(db).await
}

/// How many people are in each group; one that nobody is in is left out.
pub async fn sizes(db: &impl ConnectionTrait) -> Result<HashMap<GroupId, i64>, DbErr> {
    let counted = group_members::Entity::find()
        .select_only()
        .column(group_members::Column::GroupId)
        .column_as(group_members::Column::UserId.count(), "people")
        .group_by(group_members::Column::GroupId)
        .into_tuple::<(i64, i64)>();
    Ok(counted.all(db).await?.into_iter().map(|(group, people)| (GroupId(group), people)).collect())
}

/// How many people are in a group.
pub async fn size(db: &impl ConnectionTrait, group: GroupId) -> Result<u64, DbErr> {
    group_members::Entity::find().filter(group_members::Column::GroupId.eq(group.0)).count(db).await
}

/// Who is in a group, by name.
pub async fn members(db: &impl ConnectionTrait, group: GroupId) -> Result<Vec<User>, DbErr> {
    let inside = Query::select()
        .column(group_members::Column::UserId)
        .from(group_members::Entity)
        .cond_where(group_members::Column::GroupId.eq(group.0))
        .to_owned();
    let people = user_table::Entity::find().filter(user_table::Column::Id.in_subquery(inside));
    users::in_order(people).all(db).await
}

/// Who is in any of these groups, once each.
pub async fn people_in(
    db: &impl ConnectionTrait,
    groups: impl IntoIterator<Item = GroupId>,
) -> Result<Vec<UserId>, DbErr> {
    let people = group_members::Entity::find()
        .select_only()
        .distinct()
        .column(group_members::Column::UserId)
        .filter(group_members::Column::GroupId.is_in(groups.into_iter().map(|group| group.0)));
    Ok(people.into_tuple::<i64>().all(db).await?.into_iter().map(UserId).collect())
}

async fn find_by_name(db: &impl ConnectionTrait, name: &str) -> Result<Option<Group>, DbErr> {
    let spelled = groups::Column::NameKey.eq(names::written_key(name));
    let spelled = spelled.or(groups::Column::Folded.eq(names::key(name)));
    groups::Entity::find().filter(spelled).one(db).await
}

fn in_order<Q: QueryOrder>(groups: Q) -> Q {
    groups.order_by_asc(groups::Column::SortKey).order_by_asc(groups::Column::NameKey)
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
