//! Users a page at a time, and those of some ids.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query, SelectStatement},
};

use crate::{
    domain::{
        search::{self, Kind, PAGE_SIZE, Portion, Search},
        users::{User, ends},
    },
    entities::users,
    ids::UserId,
};

/// A page of all users, in the order of their names.
pub async fn list(db: &impl ConnectionTrait, search: &Search) -> Result<Portion<User>, DbErr> {
    let found = search::find(db, Kind::User, search, PAGE_SIZE, None).await?;
    rows(db, found).await
}

/// The first users who may sign in and have the words in their name.
pub async fn suggest(db: &impl ConnectionTrait, search: &Search, limit: u64) -> Result<Portion<User>, DbErr> {
    let found = search::find(db, Kind::User, search, limit, Some(may_sign_in(search::row_id()))).await?;
    rows(db, found).await
}

/// The ids of whom "everyone" means, as far as `limit`.
pub async fn everyone(
    db: &impl ConnectionTrait,
    with_external: bool,
    limit: u64,
) -> Result<Portion<i64>, DbErr> {
    let mut query = this_user(search::row_id());
    query.cond_where(ends::who_may_sign_in());
    if !with_external {
        query.and_where(Expr::col((users::Entity, users::Column::External)).eq(false));
    }
    search::find(db, Kind::User, &Search::default(), limit, Some(Expr::exists(query))).await
}

/// Whether there is anybody from outside.
pub async fn has_external(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    // Who is comes first in this order, which an index has: nobody else is looked at, though nobody may be external.
    let first = users::Entity::find().select_only().column(users::Column::External);
    let first = first.order_by_desc(users::Column::External).limit(1).into_tuple::<bool>();
    Ok(first.one(db).await?.unwrap_or_default())
}

/// The users of these ids, in the order of the ids.
pub async fn rows(db: &impl ConnectionTrait, found: Portion<i64>) -> Result<Portion<User>, DbErr> {
    if found.rows.is_empty() {
        return Ok(found.map(|_| Vec::new()));
    }
    let these = users::Entity::find().filter(users::Column::Id.is_in(found.rows.iter().copied()));
    let these = these.all(db).await?.into_iter().map(|user| (user.id, user));
    let mut these: HashMap<i64, User> = these.collect();
    Ok(found.map(|ids| ids.iter().filter_map(|id| these.remove(id)).collect()))
}

/// The names of the users of these ids.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, DbErr> {
    let ids: Vec<_> = ids.into_iter().map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let names = users::Entity::find().filter(users::Column::Id.is_in(ids));
    let names = names.select_only().columns([users::Column::Id, users::Column::Name]);
    let names: Vec<(i64, String)> = names.into_tuple().all(db).await?;
    Ok(names.into_iter().map(|(id, name)| (UserId(id), name)).collect())
}

fn may_sign_in(id: Expr) -> Expr {
    Expr::exists(this_user(id).cond_where(ends::who_may_sign_in()).to_owned())
}

fn this_user(id: Expr) -> SelectStatement {
    let mut query = Query::select();
    query.expr(Expr::value(1)).from(users::Entity);
    query.and_where(Expr::col((users::Entity, users::Column::Id)).eq(id)).to_owned()
}
