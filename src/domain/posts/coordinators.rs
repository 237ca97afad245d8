//! Who coordinates a post: a group, or somebody to whom it was handed over. They may do for it what its author may, as long as
//! they are in the group. Whatever takes a `db` or a `change` fails as the database does.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query, SelectStatement},
};

use crate::{
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        groups::{self, Group},
        organisation,
        posts::{Draft, Post, Problems, PublishError, Severity},
        users::{self, User},
    },
    entities::{groups as group_table, memberships, posts},
    ids::{GroupId, UserId},
    text,
};

pub(super) use self::watch::are_there;
pub use self::watch::watch;

mod watch;

/// Who coordinates a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coordinators {
    /// Whoever is in this group.
    Group(GroupId),
    /// One person.
    Person(UserId),
}

/// Who coordinates this post, if anybody does.
pub fn of(post: &Post) -> Option<Coordinators> {
    let group = post.coordinator_group.map(|group| Coordinators::Group(GroupId(group)));
    group.or_else(|| post.coordinator.map(|person| Coordinators::Person(UserId(person))))
}

/// Their name, as it is now; none if nobody coordinates it.
pub async fn name(db: &impl ConnectionTrait, post: &Post) -> Result<Option<String>, DbErr> {
    match of(post) {
        None => Ok(None),
        Some(Coordinators::Group(group)) => {
            Ok(group_table::Entity::find_by_id(group.0).one(db).await?.map(|group| group.name))
        }
        Some(Coordinators::Person(person)) => Ok(users::find(db, person).await?.map(|user| user.name)),
    }
}

/// Whether this person coordinates the post now.
pub async fn include(db: &impl ConnectionTrait, user: UserId, post: &Post) -> Result<bool, DbErr> {
    match of(post) {
        None => Ok(false),
        Some(Coordinators::Person(person)) => Ok(person == user),
        Some(Coordinators::Group(group)) => {
            let theirs = memberships::Entity::find()
                .select_only()
                .column(memberships::Column::UserId)
                .filter(memberships::Column::UserId.eq(user.0))
                .filter(memberships::Column::GroupId.eq(group.0))
                .filter(memberships::Column::ToNumber.is_null())
                .filter(memberships::Column::GroupId.in_subquery(present(group)));
            Ok(theirs.into_tuple::<i64>().one(db).await?.is_some())
        }
    }
}

/// Of the groups that this person is in, those that coordinate something.
pub(super) async fn groups_of(db: &impl ConnectionTrait, user: UserId) -> Result<Vec<i64>, DbErr> {
    let rows = db.query_all(&query_groups_of(user)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The same, as SQL.
pub(super) fn query_groups_of(user: UserId) -> SelectStatement {
    let theirs = Query::select()
        .column(memberships::Column::GroupId)
        .from(memberships::Entity)
        .and_where(memberships::Column::UserId.eq(user.0))
        .and_where(memberships::Column::ToNumber.is_null())
        .to_owned();
    let group = || Expr::col((group_table::Entity, group_table::Column::Id));
    let coordinated = Query::select()
        .expr(Expr::value(1))
        .from(posts::Entity)
        .and_where(Expr::col((posts::Entity, posts::Column::CoordinatorGroup)).eq(group()))
        .to_owned();
    Query::select()
        .column((group_table::Entity, group_table::Column::Id))
        .from(group_table::Entity)
        .and_where(Expr::col((group_table::Entity, group_table::Column::RemovedNumber)).is_null())
        .and_where(group().in_subquery(theirs))
        .and_where(Expr::exists(coordinated))
        .to_owned()
}

/// Who is meant by the name of a group, or of a person; none by no name.
///
/// # Errors
/// A name that nobody has, a group in which nobody may sign in, and those of the database.
pub async fn named(db: &impl ConnectionTrait, typed: &str) -> Result<Option<Coordinators>, PublishError> {
    let name = typed.trim().to_owned();
    if name.is_empty() {
        return Ok(None);
    }
    let (found, _) = groups::find_by_names(db, std::slice::from_ref(&name)).await?;
    if let Some(group) = found.first().map(Group::group_id) {
        return match groups::has_anybody(db, group).await? {
            true => Ok(Some(Coordinators::Group(group))),
            false => Err(problem(text::of("coordinators-empty").with("name", name).say())),
        };
    }
    let (found, _) = users::find_by_names(db, std::slice::from_ref(&name)).await?;
    match found.first().map(User::user_id) {
        Some(person) => Ok(Some(Coordinators::Person(person))),
        None => Err(problem(text::of("coordinators-unknown").with("name", name).say())),
    }
}

/// The same for a token that is held to some groups: who coordinates a post reads it, so it may name none but these.
///
/// # Errors
/// Any other name, be it somebody's or not, and those of the database.
pub(super) async fn named_by(
    db: &impl ConnectionTrait,
    only: Option<&[GroupId]>,
    typed: &str,
) -> Result<Option<Coordinators>, PublishError> {
    let Some(only) = only else { return named(db, typed).await };
    match named(db, typed).await {
        Ok(None) => Ok(None),
        Ok(Some(Coordinators::Group(group))) if only.contains(&group) => Ok(Some(Coordinators::Group(group))),
        Err(PublishError::Database(error)) => Err(PublishError::Database(error)),
        _ => Err(PublishError::OtherGroups),
    }
}

/// Who is to coordinate what is made of a draft, by a token that is held to these groups, if it is.
///
/// # Errors
/// Those of `named_by`.
pub(super) async fn of_draft(
    db: &impl ConnectionTrait,
    only: Option<&[GroupId]>,
    draft: &Draft,
) -> Result<Option<Coordinators>, PublishError> {
    named_by(db, only, draft.coordinators.as_deref().unwrap_or_default()).await
}

/// Refuses what is critical and has no coordinators, if the organisation wants some for that.
///
/// # Errors
/// That, and those of the database.
pub(super) async fn require(
    db: &impl ConnectionTrait,
    severity: Option<Severity>,
    coordinators: Option<Coordinators>,
) -> Result<(), PublishError> {
    let is_lacking = severity == Some(Severity::Critical) && coordinators.is_none();
    match is_lacking && organisation::find(db).await?.needs_coordinators {
        true => Err(problem(text::say("coordinators-required"))),
        false => Ok(()),
    }
}

/// Hands a post that is held over to others, or to nobody but its author.
pub async fn hand_over(
    change: &mut Change,
    by: &Actor,
    post: Post,
    to: Option<Coordinators>,
) -> Result<Post, DbErr> {
    if of(&post) == to {
        return Ok(post);
    }
    are_there(change, &post).await?;
    let by_admin = is_named_by_admin(&change.tx, to, by.person()).await?;
    let row = posts::ActiveModel { coordinators_by_admin: Set(by_admin), ..row(to) };
    let written = posts::Entity::update_many()
        .set(row)
        .filter(posts::Column::Id.eq(post.id))
        .exec_with_returning(&change.tx)
        .await?;
    let post = written.into_iter().next().ok_or(DbErr::RecordNotUpdated)?;
    let name = name(&change.tx, &post).await?;
    let entry = Entry::done(by, Action::HandOver, format!("post {}", post.id));
    let to_whom = match name {
        Some(name) => text::of("audit-handed-to").with("name", name),
        None => text::of("audit-handed-to-nobody"),
    };
    change.record(entry.detail(to_whom)).await?;
    Ok(post)
}

/// Whether it is an admin who names them.
pub(super) async fn is_named_by_admin(
    db: &impl ConnectionTrait,
    named: Option<Coordinators>,
    by: Option<UserId>,
) -> Result<bool, DbErr> {
    let (Some(_), Some(by)) = (named, by) else { return Ok(false) };
    Ok(users::find(db, by).await?.is_some_and(|user| user.is_admin()))
}

/// What is stored of them.
pub(super) fn row(to: Option<Coordinators>) -> posts::ActiveModel {
    let (group, person) = match to {
        None => (None, None),
        Some(Coordinators::Group(group)) => (Some(group.0), None),
        Some(Coordinators::Person(person)) => (None, Some(person.0)),
    };
    posts::ActiveModel {
        coordinator_group: Set(group),
        coordinator: Set(person),
        uncoordinated_ms: Set(None),
        ..Default::default()
    }
}

/// The group's id, unless it was removed: its memberships stay open then.
fn present(group: GroupId) -> SelectStatement {
    Query::select()
        .column(group_table::Column::Id)
        .from(group_table::Entity)
        .and_where(group_table::Column::Id.eq(group.0))
        .and_where(group_table::Column::RemovedNumber.is_null())
        .to_owned()
}

fn problem(why: String) -> PublishError {
    PublishError::Problems(Box::new(Problems { coordinators: Some(why), ..Default::default() }))
}
