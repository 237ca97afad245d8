//! Where people's reading begins.

use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Expr, OnConflict, Query},
};

use crate::{
    entities::{counter, readers, users},
    ids::UserId,
};

/// Has everything that was published before now be read for these people, unless it is known up to where they have read.
pub(in crate::domain) async fn begin(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = UserId>,
) -> Result<(), DbErr> {
    use readers::Column::{MarkedRev, ReadThrough, Rev, UserId};
    let ids = people.into_iter().map(|user| user.0);
    let theirs = Query::select()
        .column((users::Entity, users::Column::Id))
        .column((counter::Entity, counter::Column::LastId))
        .exprs([Expr::val(0_i64), Expr::val(0_i64)])
        .from(users::Entity)
        .from(counter::Entity)
        .and_where(Expr::col((users::Entity, users::Column::Id)).is_in(ids))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(readers::Entity).columns([UserId, ReadThrough, MarkedRev, Rev]);
    insert.select_from(theirs).map_err(|error| DbErr::Custom(error.to_string()))?;
    insert.on_conflict(OnConflict::column(UserId).do_nothing().to_owned());
    db.execute(&insert).await.map(|_| ())
}
