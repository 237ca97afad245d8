//! For somebody who was in so many groups that a branch for each would cost too much: of all of them, those that the first
//! posts of the answer can be for. Each group's first post is looked up, and groups that begin after as many different
//! posts as are asked for are left out.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait, Order,
    sea_query::{Alias, Condition, Expr, Query, SelectStatement, SimpleExpr},
};

use super::{is_no_exception, while_within};
use crate::{
    entities::{
        audiences::{
            self,
            Column::{FromNumber, Number, Subject},
            Scope,
        },
        memberships,
    },
    ids::{GroupId, UserId},
    live::audience::{Membership, Viewer},
};

/// Up to so many, each has a branch; SQLite takes conditions of some 300. Tests get there with few.
const MANY: usize = if cfg!(test) { 2 } else { 50 };

/// The memberships by which the newest `count` posts that are wanted can be the viewer's.
pub(super) async fn newest(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    wanted: &Condition,
    count: u64,
) -> Result<Vec<Membership>, DbErr> {
    let wanted = wanted.clone().add(is_no_exception(viewer.user));
    first(db, viewer, wanted, Order::Desc, count).await
}

/// The memberships by which the first post that is wanted can be the viewer's.
pub(super) async fn oldest(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    wanted: &Condition,
) -> Result<Vec<Membership>, DbErr> {
    let wanted = wanted.clone().add(is_no_exception(viewer.user));
    first(db, viewer, wanted, Order::Asc, 1).await
}

/// The memberships by which the next `count` events can concern the viewer.
pub(super) async fn next(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    after: i64,
    through: i64,
    count: u64,
) -> Result<Vec<Membership>, DbErr> {
    let between = Condition::all().add(Number.gt(after)).add(Number.lte(through));
    first(db, viewer, between, Order::Asc, count).await
}

/// That the viewer was in the row's group at this number.
pub(super) fn while_in(viewer: &Viewer, at: &SimpleExpr) -> Condition {
    if viewer.memberships.len() > MANY {
        return Condition::all().add(has_membership(viewer.user, at));
    }
    viewer.memberships.iter().fold(Condition::any(), |any, one| {
        any.add(Condition::all().add(Subject.eq(one.group.0)).add(while_within(one, at)))
    })
}

/// All memberships, or, if they are many, those whose first post is among the first `count` of these.
async fn first(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    wanted: Condition,
    order: Order,
    count: u64,
) -> Result<Vec<Membership>, DbErr> {
    if viewer.memberships.len() <= MANY {
        return Ok(viewer.memberships.to_vec());
    }
    let mut found = Vec::new();
    for row in db.query_all(&first_of_each(viewer.user, wanted, order.clone())).await? {
        let (group, from, to) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        if let Some(first) = row.try_get_by_index::<Option<i64>>(3)? {
            found.push((first, Membership { group: GroupId(group), from, to }));
        }
    }
    found.sort_unstable_by_key(|(first, _)| if order == Order::Desc { -first } else { *first });
    let mut different: Vec<_> = found.iter().map(|(first, _)| *first).collect();
    different.dedup();
    let last = usize::try_from(count).ok().and_then(|count| different.get(count.saturating_sub(1))).copied();
    let is_within = |first: i64| match last {
        None => true,
        Some(last) if order == Order::Desc => first >= last,
        Some(last) => first <= last,
    };
    Ok(found.into_iter().filter(|(first, _)| is_within(*first)).map(|(_, membership)| membership).collect())
}

/// Every membership of the user, with the first post that its group got while it lasted.
fn first_of_each(user: UserId, wanted: Condition, order: Order) -> SelectStatement {
    let of = |column| (memberships::Entity, column);
    let first = Query::select()
        .column(Number)
        .from(audiences::Entity)
        .and_where(audiences::Column::Scope.eq(Scope::Group))
        .and_where(Expr::col((audiences::Entity, Subject)).equals(of(memberships::Column::GroupId)))
        .and_where(Expr::col((audiences::Entity, FromNumber)).equals((audiences::Entity, Number)))
        .cond_where(lasts(memberships::Entity, &Expr::col((audiences::Entity, Number))))
        .cond_where(wanted)
        .order_by(Number, order)
        .limit(1)
        .to_owned();
    Query::select()
        .columns([memberships::Column::GroupId, memberships::Column::FromNumber].map(of))
        .column(of(memberships::Column::ToNumber))
        .expr(SimpleExpr::SubQuery(None, Box::new(first.into())))
        .from(memberships::Entity)
        .and_where(Expr::col(of(memberships::Column::UserId)).eq(user.0))
        .to_owned()
}

fn has_membership(user: UserId, at: &SimpleExpr) -> SimpleExpr {
    let theirs = Alias::new("theirs");
    let of = |column| (theirs.clone(), column);
    let one = Query::select()
        .expr(Expr::val(1))
        .from_as(memberships::Entity, theirs.clone())
        .and_where(Expr::col(of(memberships::Column::UserId)).eq(user.0))
        .and_where(Expr::col(of(memberships::Column::GroupId)).equals((audiences::Entity, Subject)))
        .cond_where(lasts(theirs.clone(), at))
        .to_owned();
    Expr::exists(one)
}

/// That a row of memberships holds at this number.
fn lasts(theirs: impl sea_orm::sea_query::IntoIden, at: &SimpleExpr) -> Condition {
    let theirs = theirs.into_iden();
    let of = |column| Expr::col((theirs.clone(), column));
    let is_open = of(memberships::Column::ToNumber).is_null();
    let ends_later = of(memberships::Column::ToNumber).gt(at.clone());
    Condition::all()
        .add(of(memberships::Column::FromNumber).lte(at.clone()))
        .add(Condition::any().add(is_open).add(ends_later))
}
