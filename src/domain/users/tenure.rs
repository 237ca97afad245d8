//! From which number of the log to which somebody has an account that works: what is for everyone reaches those who had one
//! when it was published. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
    sea_query::{Expr, Query},
};

use crate::{
    entities::{counter, users},
    ids::UserId,
};

/// Has these people be reached by what is published from now on.
pub(in crate::domain) async fn begin(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = UserId>,
) -> Result<(), DbErr> {
    set(db, users::Column::FromNumber, newest(), people).await
}

/// Has these people be reached by nothing that is published from now on.
pub(in crate::domain) async fn end(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = UserId>,
) -> Result<(), DbErr> {
    set(db, users::Column::ToNumber, newest(), people).await
}

/// Has this person be reached again.
pub(in crate::domain) async fn resume(db: &impl ConnectionTrait, user: UserId) -> Result<(), DbErr> {
    set(db, users::Column::ToNumber, Expr::value(None::<i64>), [user]).await
}

/// The number of the newest event.
pub(super) fn newest() -> Expr {
    let newest = Query::select().column(counter::Column::LastId).from(counter::Entity).to_owned();
    Expr::SubQuery(None, Box::new(newest.into()))
}

async fn set(
    db: &impl ConnectionTrait,
    column: users::Column,
    number: Expr,
    people: impl IntoIterator<Item = UserId>,
) -> Result<(), DbErr> {
    let ids: Vec<i64> = people.into_iter().map(|user| user.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    users::Entity::update_many()
        .col_expr(column, number)
        .filter(users::Column::Id.is_in(ids))
        .exec(db)
        .await
        .map(|_| ())
}
