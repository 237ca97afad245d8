//! Whom a draft is for, by the names that were typed, and whom a post came to.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Func, Query, SimpleExpr},
};

use crate::{
    domain::{
        groups::{self, Group},
        posts::{Audience, Meant, Post, Problems, PublishError},
        users,
    },
    entities::{audiences, post_groups, users as user_table},
    ids::{GroupId, UserId},
    live::audience::{Scope, Urgency},
    names, text,
};

pub use self::named::{are_for_the_same, left_since, named};
pub(super) use self::turn::Turn;

mod named;
mod turn;

/// So many rows are written in one statement.
const MAX_TOGETHER: usize = 1000;

/// Who is meant: each part of it once.
#[derive(Debug, Default)]
pub(super) struct Addressees {
    parts: BTreeSet<(Scope, i64)>,
    groups: Vec<Group>,
}

/// Everybody who is meant, or what is wrong with the names. Until the transaction ends, nobody joins or leaves the groups.
pub(super) async fn resolve(
    db: &impl ConnectionTrait,
    author: Option<UserId>,
    meant: &Meant,
) -> Result<Addressees, PublishError> {
    let mut parts: BTreeSet<_> = author.map(|author| (Scope::Author, author.0)).into_iter().collect();
    if meant.audience == Audience::Everyone {
        parts.insert((Scope::Everyone, 0));
        parts.extend(meant.external.then_some((Scope::External, 0)));
    }
    let people = users::find_by_names(db, &meant.people).await?;
    let except = users::find_all_by_names(db, &meant.except).await?;
    for (scope, (found, unknown)) in [(Scope::Person, people), (Scope::Except, except)] {
        all_known(text::key("draft-unknown-people"), &unknown)?;
        parts.extend(found.iter().map(|user| (scope, user.id)));
    }
    let groups = hold_groups(db, &meant.groups).await?;
    if meant.audience == Audience::Groups && groups.iter().all(|group| group.members == 0) {
        return Err(problem(text::say("draft-groups-empty")));
    }
    parts.extend(groups.iter().map(|group| (Scope::Group, group.id)));
    Ok(Addressees { parts, groups })
}

/// The groups of these names, as they are until the transaction ends.
async fn hold_groups(db: &impl ConnectionTrait, names: &[String]) -> Result<Vec<Group>, PublishError> {
    let what = text::key("draft-unknown-groups");
    let (found, unknown) = groups::find_by_names(db, names).await?;
    all_known(what, &unknown)?;
    let held = groups::hold(db, found.iter().map(Group::group_id)).await?;
    let is_held = |group: &&Group| held.iter().any(|other| other.id == group.id);
    let removed: Vec<_> =
        found.iter().filter(|group| !is_held(group)).map(|group| group.name.clone()).collect();
    all_known(what, &removed)?;
    Ok(held)
}

impl Addressees {
    /// Whether the post was published for the very same.
    pub(super) async fn are_those_of(&self, db: &impl ConnectionTrait, post: &Post) -> Result<bool, DbErr> {
        let at_first = audiences::Column::FromNumber.eq(post.number);
        let rows =
            audiences::Entity::find().filter(audiences::Column::Number.eq(post.number)).filter(at_first);
        let stored: BTreeSet<_> =
            rows.all(db).await?.into_iter().map(|row| (row.scope, row.subject)).collect();
        Ok(stored == self.parts)
    }
}

/// Writes whom each of these posts is for, from its number on.
pub(super) async fn write(db: &impl ConnectionTrait, posts: &[(&Post, &Addressees)]) -> Result<(), DbErr> {
    let parts = posts.iter().flat_map(|(post, to)| to.parts.iter().map(move |part| (post, part)));
    let rows: Vec<_> =
        parts.map(|(post, (scope, subject))| row(post, *scope, *subject, post.number)).collect();
    for some in rows.chunks(MAX_TOGETHER) {
        audiences::Entity::insert_many(some.iter().cloned()).exec_without_returning(db).await?;
    }
    let groups = posts.iter().flat_map(|(post, to)| to.groups.iter().map(move |group| (post, group)));
    let named: Vec<_> = groups.map(|(post, group)| group_of(post, group)).collect();
    for some in named.chunks(MAX_TOGETHER) {
        post_groups::Entity::insert_many(some.iter().cloned()).exec_without_returning(db).await?;
    }
    Ok(())
}

fn row(post: &Post, scope: Scope, subject: i64, from: i64) -> audiences::ActiveModel {
    audiences::ActiveModel {
        number: Set(post.number),
        scope: Set(scope),
        subject: Set(subject),
        urgency: Set(Urgency::from(post.severity)),
        from_number: Set(from),
        to_number: Set(None),
        ..Default::default()
    }
}

fn group_of(post: &Post, group: &Group) -> post_groups::ActiveModel {
    post_groups::ActiveModel { post_id: Set(post.id), group_id: Set(group.id), name: Set(group.name.clone()) }
}

/// Ends with this event whom a post is for, but for its author.
pub(super) async fn end(db: &impl ConnectionTrait, post: &Post, event: i64) -> Result<(), DbErr> {
    audiences::Entity::update_many()
        .col_expr(audiences::Column::ToNumber, Expr::value(event))
        .filter(audiences::Column::Number.eq(post.number))
        .filter(audiences::Column::Scope.is_not_in([Scope::Author, Scope::Except]))
        .filter(audiences::Column::ToNumber.is_null())
        .exec(db)
        .await
        .map(|_| ())
}

/// A group that is not there counts as one that is none of these, so that nobody learns which there are.
pub(super) async fn is_for_none_but(
    db: &impl ConnectionTrait,
    only: &[GroupId],
    meant: &Meant,
) -> Result<bool, DbErr> {
    if meant.audience != Audience::Groups {
        return Ok(false);
    }
    let (groups, unknown) = groups::find_by_names(db, &meant.groups).await?;
    Ok(unknown.is_empty() && groups.iter().all(|group| only.contains(&group.group_id())))
}

/// The names of the people whom a post was published for by name, or for whom an exception was made, in order.
pub async fn names_in(db: &impl ConnectionTrait, post: &Post, scope: Scope) -> Result<Vec<String>, DbErr> {
    let these = Query::select()
        .column(audiences::Column::Subject)
        .from(audiences::Entity)
        .and_where(audiences::Column::Number.eq(post.number))
        .and_where(audiences::Column::Scope.eq(scope))
        .and_where(is_shown(post))
        .to_owned();
    let names = user_table::Entity::find()
        .select_only()
        .column(user_table::Column::Name)
        .filter(user_table::Column::Id.in_subquery(these));
    users::in_order(names).into_tuple().all(db).await
}

/// Whom it is for; of what was taken back, or has expired, whom it was for until then.
fn is_shown(post: &Post) -> SimpleExpr {
    let holds = audiences::Column::ToNumber.is_null();
    if post.is_gone() { holds.or(has_ended_last(post)) } else { holds }
}

/// Of what is gone: that it ended with the post, and not before. It is not written down with which event that was.
fn has_ended_last(post: &Post) -> SimpleExpr {
    let last = Query::select()
        .expr(Func::max(Expr::col(audiences::Column::ToNumber)))
        .from(audiences::Entity)
        .and_where(audiences::Column::Number.eq(post.number))
        .to_owned();
    Expr::col(audiences::Column::ToNumber).in_subquery(last)
}

/// The names that the post's groups had when it was published, in order.
pub async fn group_names(db: &impl ConnectionTrait, post: &Post) -> Result<Vec<String>, DbErr> {
    let of_post = post_groups::Entity::find().filter(post_groups::Column::PostId.eq(post.id));
    let rows = of_post.all(db).await?;
    let mut names: Vec<_> = rows.into_iter().map(|row| row.name).collect();
    names.sort_by_cached_key(|name| names::sort_key(name));
    Ok(names)
}

fn all_known(what: &'static str, unknown: &[String]) -> Result<(), PublishError> {
    match unknown {
        [] => Ok(()),
        [name] => Err(problem(text::of(what).with("name", name).with("more", 0).say())),
        [name, more @ ..] => Err(problem(text::of(what).with("name", name).with("more", more.len()).say())),
    }
}

fn problem(with_audience: String) -> PublishError {
    PublishError::Problems(Box::new(Problems { audience: Some(with_audience), ..Default::default() }))
}
