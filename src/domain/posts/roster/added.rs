//! When a post reached those whom it was not for when it was published: by an edit or an escalation. Everything here fails as
//! the database does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

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
async fn steps(db: &impl ConnectionTrait, post: &Post) -> Result<BTreeMap<i64, i64>, DbErr> {
    let rows = audiences::Entity::find()
        .select_only()
        .columns([OfScope, FromNumber, ToNumber])
        .column_as(WidenedMs.min(), "at_ms")
        .filter(Number.eq(post.number))
        .filter(WidenedMs.is_not_null())
        .group_by(OfScope)
        .group_by(FromNumber)
        .group_by(ToNumber);
    let rows = rows.into_tuple::<(Scope, i64, Option<i64>, i64)>().all(db).await?;
    // An exception lets people in when it ends.
    let step = |(scope, from, to, at_ms)| Some((if scope == Scope::Except { to? } else { from }, at_ms));
    Ok(rows.into_iter().filter_map(step).collect())
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
