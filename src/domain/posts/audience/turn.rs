//! What has to end and to begin so that a post is for others: parts of its audience, by one event.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, SimpleExpr},
};

use crate::{
    clock,
    domain::{
        groups::Group,
        posts::{
            Post,
            audience::{Addressees, MAX_TOGETHER, group_of, has_ended_last, row},
        },
        users,
    },
    entities::{audiences, groups as group_table, post_groups, users as user_table},
    live::audience::Scope,
    text::{self, Text},
};

/// What ends and what begins.
#[derive(Debug, Default)]
pub(in crate::domain::posts) struct Turn {
    ended: BTreeSet<(Scope, i64)>,
    begun: BTreeSet<(Scope, i64)>,
    groups: Vec<Group>,
    /// As of when groups that come back are for who was in them, by the group.
    members: BTreeMap<i64, i64>,
    /// Whether the groups that it was for are none of its groups any more, but for those that begin.
    is_anew: bool,
}

impl Addressees {
    /// What makes a post one for these. What it is for that no form can name any more, a group that was removed or somebody
    /// who may not sign in, stays: nobody has said that it is not.
    pub(in crate::domain::posts) async fn turn(
        &self,
        db: &impl ConnectionTrait,
        post: &Post,
    ) -> Result<Turn, DbErr> {
        let open = open(db, post).await?;
        let ended: BTreeSet<_> = open.difference(&self.parts).copied().collect();
        let unnamed = unnamed(db, &ended).await?;
        let begun: BTreeSet<_> = self.parts.difference(&open).copied().collect();
        let groups = self.groups.iter().filter(|group| begun.contains(&(Scope::Group, group.id)));
        Ok(Turn {
            ended: ended.difference(&unnamed).copied().collect(),
            groups: groups.cloned().collect(),
            begun,
            members: if post.is_expired() { members(&last(db, post).await?) } else { BTreeMap::new() },
            is_anew: post.is_expired(),
        })
    }
}

impl Turn {
    /// What makes a post that has expired one for those whom it was for until then: who left one of its groups keeps it, and who
    /// joined one meanwhile does not get it.
    pub(in crate::domain::posts) async fn back(
        db: &impl ConnectionTrait,
        post: &Post,
    ) -> Result<Self, DbErr> {
        let last = last(db, post).await?;
        let begun = last.iter().map(|row| (row.scope, row.subject)).collect();
        Ok(Self { begun, members: members(&last), ..Self::default() })
    }

    /// What makes a post one for these, too.
    pub(in crate::domain::posts) async fn adding(
        db: &impl ConnectionTrait,
        post: &Post,
        parts: Vec<(Scope, i64)>,
        groups: Vec<Group>,
    ) -> Result<Self, DbErr> {
        let (parts, open) = (BTreeSet::from_iter(parts), open(db, post).await?);
        let begun: BTreeSet<_> = parts.difference(&open).copied().collect();
        let is_new = |group: &Group| begun.contains(&(Scope::Group, group.id));
        Ok(Self { groups: groups.into_iter().filter(is_new).collect(), begun, ..Self::default() })
    }

    /// Whether the post stays for whom it is.
    pub(in crate::domain::posts) fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.begun.is_empty()
    }

    /// Whether somebody may gain the post by it.
    pub(in crate::domain::posts) fn widens(&self) -> bool {
        let is_exception = |part: &(Scope, i64)| part.0 == Scope::Except;
        self.ended.iter().any(is_exception) || !self.begun.iter().all(is_exception)
    }

    /// How much begins and ends, in words.
    pub(in crate::domain::posts) fn words(&self) -> Text {
        text::of("audit-part-audience").with("added", self.begun.len()).with("removed", self.ended.len())
    }

    /// Writes it, as of this event.
    pub(in crate::domain::posts) async fn write(
        &self,
        db: &impl ConnectionTrait,
        post: &Post,
        event: i64,
    ) -> Result<(), DbErr> {
        let now_ms = clock::now_ms();
        for (scope, subjects) in by_scope(&self.ended) {
            for some in subjects.chunks(MAX_TOGETHER) {
                let mut ended = audiences::Entity::update_many()
                    .col_expr(audiences::Column::ToNumber, Expr::value(event));
                if scope == Scope::Except {
                    ended = ended.col_expr(audiences::Column::WidenedMs, Expr::value(now_ms));
                }
                ended
                    .filter(audiences::Column::Number.eq(post.number))
                    .filter(audiences::Column::Scope.eq(scope))
                    .filter(audiences::Column::Subject.is_in(some.iter().copied()))
                    .filter(audiences::Column::ToNumber.is_null())
                    .exec(db)
                    .await?;
            }
            if scope == Scope::Group {
                let left = post_groups::Column::GroupId.is_in(subjects);
                let of_post =
                    post_groups::Entity::delete_many().filter(post_groups::Column::PostId.eq(post.id));
                of_post.filter(left).exec(db).await?;
            }
        }
        if self.is_anew {
            let of_post = post_groups::Entity::delete_many().filter(post_groups::Column::PostId.eq(post.id));
            of_post.exec(db).await?;
        }
        let members =
            |scope: Scope, subject: &i64| self.members.get(subject).filter(|_| scope == Scope::Group);
        let begun = |(scope, subject): &(Scope, i64)| audiences::ActiveModel {
            members_number: Set(members(*scope, subject).copied()),
            widened_ms: Set((*scope != Scope::Except).then_some(now_ms)),
            ..row(post, *scope, *subject, event)
        };
        let rows: Vec<_> = self.begun.iter().map(begun).collect();
        for some in rows.chunks(MAX_TOGETHER) {
            audiences::Entity::insert_many(some.iter().cloned()).exec_without_returning(db).await?;
        }
        let named: Vec<_> = self.groups.iter().map(|group| group_of(post, group)).collect();
        for some in named.chunks(MAX_TOGETHER) {
            post_groups::Entity::insert_many(some.iter().cloned()).exec_without_returning(db).await?;
        }
        Ok(())
    }
}

/// Whom the post is for now.
async fn open(db: &impl ConnectionTrait, post: &Post) -> Result<BTreeSet<(Scope, i64)>, DbErr> {
    let rows = audiences::Entity::find().filter(audiences::Column::Number.eq(post.number)).filter(is_open());
    Ok(rows.all(db).await?.into_iter().map(|row| (row.scope, row.subject)).collect())
}

/// The rows that ended with the post, which has expired.
async fn last(db: &impl ConnectionTrait, post: &Post) -> Result<Vec<audiences::Model>, DbErr> {
    let rows = audiences::Entity::find().filter(audiences::Column::Number.eq(post.number));
    rows.filter(has_ended_last(post)).all(db).await
}

/// As of when these are for who was in their groups.
fn members(rows: &[audiences::Model]) -> BTreeMap<i64, i64> {
    let of_groups = rows.iter().filter(|row| row.scope == Scope::Group);
    of_groups.map(|row| (row.subject, row.members_at())).collect()
}

fn is_open() -> SimpleExpr {
    audiences::Column::ToNumber.is_null()
}

/// Those of these that have no name to choose any more.
async fn unnamed(
    db: &impl ConnectionTrait,
    parts: &BTreeSet<(Scope, i64)>,
) -> Result<BTreeSet<(Scope, i64)>, DbErr> {
    let mut unnamed = BTreeSet::new();
    for (scope, subjects) in by_scope(parts) {
        for some in subjects.chunks(MAX_TOGETHER) {
            let ids = some.iter().copied();
            let gone: Vec<i64> = match scope {
                Scope::Person | Scope::Except => {
                    let people = user_table::Entity::find().filter(user_table::Column::Id.is_in(ids));
                    let people = people.all(db).await?.into_iter().filter(|user| !users::may_sign_in(user));
                    people.map(|user| user.id).collect()
                }
                Scope::Group => {
                    let removed = group_table::Entity::find().filter(group_table::Column::Id.is_in(ids));
                    let removed = removed.filter(group_table::Column::RemovedNumber.is_not_null());
                    removed.all(db).await?.into_iter().map(|group| group.id).collect()
                }
                Scope::Author | Scope::Everyone | Scope::External => Vec::new(),
            };
            unnamed.extend(gone.into_iter().map(|subject| (scope, subject)));
        }
    }
    Ok(unnamed)
}

fn by_scope(parts: &BTreeSet<(Scope, i64)>) -> Vec<(Scope, Vec<i64>)> {
    let mut found: Vec<(Scope, Vec<i64>)> = Vec::new();
    for (scope, subject) in parts {
        match found.last_mut().filter(|(last, _)| last == scope) {
            Some((_, subjects)) => subjects.push(*subject),
            None => found.push((*scope, vec![*subject])),
        }
    }
    found
}
