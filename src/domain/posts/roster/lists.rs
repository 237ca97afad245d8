//! The recipients of a post, by name: all, or some of them. Everything here fails as the database does.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult, PaginatorTrait,
    QueryFilter, QuerySelect,
    sea_query::{Alias, Expr, Query, SelectStatement},
};

use super::{Entry, RosterState, entries::entries, is_in, recipients::Recipients, user_id};
use crate::{
    domain::{
        posts::{Post, roster::View},
        search::{self, Kind, Place, Portion, Search},
        users,
    },
    entities::{receipts, users as user_table},
    ids::GroupId,
};

/// Recipients of so few are looked for among their own, of more among all people.
const SMALL: u64 = 1_000;

/// Which people are listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only those of this state.
    pub state: Option<RosterState>,
    /// Only who gave this one of its answers, from 0.
    pub answer: Option<i32>,
    /// Only who was in this group when the post was published to it.
    pub group: Option<GroupId>,
    /// Only these users.
    pub among: Option<Vec<i64>>,
    /// Only whom it was for before this event already.
    pub had_before: Option<i64>,
    /// Only whose name has these words, and from where on.
    pub search: Search,
}

/// The recipients, by name, at most `limit`.
pub async fn list(
    db: &impl ConnectionTrait,
    post: &Post,
    view: View,
    filter: &Filter,
    limit: u64,
) -> Result<Portion<Entry>, DbErr> {
    let to = Recipients::of(db, post, view).await?;
    let mut is_listed = to.include(user_id());
    if let Some(state) = filter.state {
        is_listed = is_listed.add(is_in(state, to, post));
    }
    if let Some(answer) = filter.answer {
        is_listed = is_listed.add(user_id().in_subquery(who_answered(post, [answer])));
    }
    if let Some(group) = filter.group {
        is_listed = is_listed.add(to.in_group(user_id(), group));
    }
    if let Some(among) = &filter.among {
        is_listed = is_listed.add(user_id().is_in(among.iter().copied()));
    }
    if let Some(number) = filter.had_before {
        is_listed = is_listed.add(to.before(number).include(user_id()));
    }
    let is_small = count_up_to(db, to.include(user_id()), SMALL + 1).await? <= SMALL;
    let found = if is_small {
        among_few(db, &filter.search, is_listed, limit).await?
    } else {
        let mut this = Query::select();
        this.expr(Expr::value(1)).from(user_table::Entity);
        this.and_where(user_id().eq(search::row_id())).cond_where(is_listed.clone());
        search::find(db, Kind::User, &filter.search, limit, Some(Expr::exists(this))).await?
    };
    let found = users::rows(db, found).await?;
    let next = found.next.clone();
    Ok(Portion { rows: entries(db, post, to, found.rows).await?, next })
}

fn who_answered(post: &Post, answers: impl IntoIterator<Item = i32>) -> SelectStatement {
    Query::select()
        .column(receipts::Column::UserId)
        .from(receipts::Entity)
        .and_where(receipts::Column::PostId.eq(post.id))
        .and_where(receipts::Column::Answer.is_in(answers))
        .to_owned()
}

async fn among_few(
    db: &impl ConnectionTrait,
    search: &Search,
    is_listed: Condition,
    limit: u64,
) -> Result<Portion<i64>, DbErr> {
    let place = Expr::col((user_table::Entity, user_table::Column::SortKey));
    let mut query = Query::select();
    query
        .expr_as(place.clone(), Alias::new("place"))
        .expr_as(user_id(), Alias::new("id"))
        .from(user_table::Entity)
        .cond_where(is_listed)
        .and_where(place.clone().is_not_null());
    for word in search.words() {
        query.and_where(search::has_word(Kind::User, &word, place.clone(), user_id()));
    }
    let rows = db.query_all(&query).await?;
    let found: Result<Vec<Place>, _> = rows.iter().map(|row| Place::from_query_result(row, "")).collect();
    let mut found = found?;
    found.retain(|found| search.after.as_ref().is_none_or(|after| found > after));
    found.sort();
    Ok(search::cut(found, limit, None))
}

async fn count_up_to(db: &impl ConnectionTrait, are_meant: Condition, limit: u64) -> Result<u64, DbErr> {
    let some = user_table::Entity::find().select_only().column(user_table::Column::Id);
    some.filter(are_meant).limit(limit).count(db).await
}
