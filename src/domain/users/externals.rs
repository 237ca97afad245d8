//! From which number of the log to which somebody was from outside: what is for everyone reached those who were not when it was
//! published. Whatever takes a `db` fails as the database does.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, OnConflict, Query},
};

use crate::{
    domain::users::tenure,
    entities::{
        externals::{
            self,
            Column::{FromNumber, ToNumber, UserId as OfUser},
        },
        users,
    },
    ids::UserId,
};

/// Writes down of these people who is from outside from now on, and who is not any more.
pub(in crate::domain) async fn follow(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = UserId>,
) -> Result<(), DbErr> {
    let ids: Vec<i64> = people.into_iter().map(|user| user.0).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let are = |external: bool| {
        let mut these = Query::select();
        these.from(users::Entity).and_where(users::Column::Id.is_in(ids.iter().copied()));
        these.and_where(users::Column::External.eq(external));
        these
    };
    let known =
        Query::select().column(OfUser).from(externals::Entity).and_where(ToNumber.is_null()).to_owned();
    let mut begin = are(true);
    begin.column(users::Column::Id).expr(tenure::newest()).expr(Expr::value(None::<i64>));
    begin.and_where(users::Column::Id.not_in_subquery(known));
    let mut insert = Query::insert();
    insert.into_table(externals::Entity).columns([OfUser, FromNumber, ToNumber]);
    insert.select_from(begin).map_err(|error| DbErr::Custom(error.to_string()))?;
    // Nothing happened since they last were.
    insert.on_conflict(OnConflict::columns([OfUser, FromNumber]).update_column(ToNumber).to_owned());
    db.execute(&insert).await?;
    externals::Entity::update_many()
        .col_expr(ToNumber, tenure::newest())
        .filter(ToNumber.is_null())
        .filter(OfUser.in_subquery(are(false).column(users::Column::Id).to_owned()))
        .exec(db)
        .await
        .map(|_| ())
}

/// Whether the user of this id was from outside with this event.
pub(in crate::domain) fn were(id: Expr, event: Expr) -> Expr {
    let is_of = Expr::col((externals::Entity, OfUser)).eq(id);
    let end = || Expr::col((externals::Entity, ToNumber));
    let then = Query::select()
        .expr(Expr::value(1))
        .from(externals::Entity)
        .and_where(is_of)
        .and_where(Expr::col((externals::Entity, FromNumber)).lt(event.clone()))
        .cond_where(Condition::any().add(end().is_null()).add(end().gte(event)))
        .to_owned();
    Expr::exists(then)
}
