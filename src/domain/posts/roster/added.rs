//! When a post reached those whom it was not for when it was published: by an edit or an escalation. Everything here fails as
//! the database does.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{CaseStatement, Expr},
};

use super::{recipients::Recipients, user_id};
use crate::{
    domain::{posts::Post, users::User},
    entities::{
        audiences::{
            self,
            Column::{FromNumber, Number, Scope as OfScope, ToNumber, WidenedMs},
            Scope,
        },
        users as user_table,
    },
};

/// Those of these recipients, and when that was, in Unix milliseconds.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    post: &Post,
    to: Recipients,
    users: &[User],
) -> Result<HashMap<i64, i64>, DbErr> {
    let mut left: BTreeSet<i64> = users.iter().map(|user| user.id).collect();
    let mut added = HashMap::new();
    let steps = steps(db, post).await?;
    if !steps.is_empty() {
        take_reached(db, to, post.number, &mut left).await?;
    }
    for (event, at_ms) in steps {
        if left.is_empty() {
            break;
        }
        let reached = take_reached(db, to, event, &mut left).await?;
        added.extend(reached.into_iter().map(|user| (user, at_ms)));
    }
    Ok(added)
}

/// The events by which the post was widened, in order, and when each was.
async fn steps(db: &impl ConnectionTrait, post: &Post) -> Result<Vec<(i64, i64)>, DbErr> {
    let is_exception = OfScope.eq(Scope::Except);
    let event = CaseStatement::new().case(is_exception, Expr::col(ToNumber)).finally(Expr::col(FromNumber));
    let event: Expr = event.into();
    audiences::Entity::find()
        .select_only()
        .column_as(event.clone(), "event")
        .column_as(WidenedMs.min(), "at_ms")
        .filter(Number.eq(post.number))
        .filter(WidenedMs.is_not_null())
        .group_by(event.clone())
        .order_by_asc(event)
        .into_tuple()
        .all(db)
        .await
}

/// Takes those whom it had reached with this event.
async fn take_reached(
    db: &impl ConnectionTrait,
    to: Recipients,
    event: i64,
    left: &mut BTreeSet<i64>,
) -> Result<Vec<i64>, DbErr> {
    let reached = user_table::Entity::find()
        .select_only()
        .column(user_table::Column::Id)
        .filter(user_id().is_in(left.iter().copied()))
        .filter(to.before(event + 1).include(user_id()));
    let reached: Vec<i64> = reached.into_tuple().all(db).await?;
    left.retain(|user| !reached.contains(user));
    Ok(reached)
}
