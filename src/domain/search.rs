//! Lists of what has a name, a page at a time: all of it, or what is found by the beginnings of words. What a page
//! costs does not grow with how much there is. Whatever takes a `db` fails as the database does.

use std::{fmt, str::FromStr};

use sea_orm::{
    ConnectionTrait, DbErr, FromQueryResult, Order,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};

use crate::{digest, entities::search_names, names};

pub use crate::{
    db::search::{Named, add, add_all, remove},
    entities::search_names::Kind,
};

/// Rows of a list on one page.
pub const PAGE_SIZE: u64 = 50;

/// So many of those that have the rarest of the words are looked at for one page, whether they have the others.
const MAX_LOOKED_AT: u64 = 5_000;

/// A word that so many have is not rare; how many more have it makes no difference.
const COMMON: u64 = 1_000;

/// Characters of what is typed; a name has fewer.
const MAX_TYPED: usize = 200;

/// Names that are counted; beyond it, there are more.
const MAX_COUNTED: u64 = 1_000;

/// What a list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// As it was typed.
    pub typed: String,
    /// The place behind which the page begins.
    pub after: Option<Place>,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Portion<T> {
    /// In the order of the list.
    pub rows: Vec<T>,
    /// Where the next part begins, if there may be one.
    pub next: Option<Place>,
}

/// Where a row stands in its list. Whoever carries it to the next page need not know what it is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, FromQueryResult)]
pub struct Place {
    pub(in crate::domain) place: Vec<u8>,
    pub(in crate::domain) id: i64,
}

impl Search {
    /// What was typed, and from where on: a place that is none is the beginning.
    pub fn of(typed: &str, after: &str) -> Self {
        // PostgreSQL takes no NUL, and a name has none.
        let typed = typed.trim().chars().filter(|c| *c != '\0').take(MAX_TYPED).collect();
        Self { typed, after: after.parse().ok() }
    }

    /// The words that are looked for; the empty one is in every name.
    pub(in crate::domain) fn words(&self) -> Vec<String> {
        let words = names::searched(&self.typed);
        if words.is_empty() { vec![String::new()] } else { words }
    }
}

impl<T> Portion<T> {
    /// The same part of what these rows are found by.
    pub fn map<U>(self, rows: impl FnOnce(Vec<T>) -> Vec<U>) -> Portion<U> {
        Portion { rows: rows(self.rows), next: self.next }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", digest::hex(&self.place), self.id)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (place, id) = text.split_once('-').ok_or(())?;
        let place = digest::from_hex(place).ok_or(())?;
        Ok(Self { place, id: id.parse().map_err(|_| ())? })
    }
}

/// Which rows of a kind have all the words in their name, and are listed: at most `limit`. `is_listed` tells it of the
/// row of `row_id`, if not all are.
pub async fn find(
    db: &impl ConnectionTrait,
    kind: Kind,
    search: &Search,
    limit: u64,
    is_listed: Option<Expr>,
) -> Result<Portion<i64>, DbErr> {
    let mut words = search.words();
    let rarest = rarest(db, kind, &mut words).await?;
    let looks_further = !words.is_empty() || is_listed.is_some();
    let stop = if looks_further { last_looked_at(db, kind, &rarest, search).await? } else { None };

    let mut query = candidates(kind, &rarest, search);
    if let Some(stop) = &stop {
        query.and_where(position().lte(tuple(stop)));
    }
    for word in &words {
        query.and_where(has_word(kind, word, column("place"), row_id()));
    }
    if let Some(is_listed) = is_listed {
        query.and_where(is_listed);
    }
    let found = places(db, query.limit(limit + 1)).await?;
    Ok(cut(found, limit, stop))
}

/// The id of the row that is looked at.
pub(in crate::domain) fn row_id() -> Expr {
    column("id")
}

/// How many of a kind there are; none, if there are more than 1,000.
pub async fn count(db: &impl ConnectionTrait, kind: Kind) -> Result<Option<u64>, DbErr> {
    let counted = count_up_to(db, kind, "", MAX_COUNTED + 1).await?;
    Ok((counted <= MAX_COUNTED).then_some(counted))
}

/// Whether a row of the kind, in that place and of that id, has the word in its name.
pub(in crate::domain) fn has_word(kind: Kind, word: &str, place: Expr, id: Expr) -> Expr {
    let other = |name: &'static str| Expr::col((Alias::new("other"), Alias::new(name)));
    let mut query = Query::select();
    query
        .expr(Expr::value(1))
        .from_as(search_names::Entity, Alias::new("other"))
        .and_where(other("kind").eq(Expr::value(kind_word(kind))))
        .and_where(other("beginning").eq(word))
        .and_where(other("place").eq(place))
        .and_where(other("id").eq(id));
    Expr::exists(query)
}

/// At most `limit` of these, and where the next part begins: behind the last one, or behind what was looked at.
pub(in crate::domain) fn cut(mut found: Vec<Place>, limit: u64, stop: Option<Place>) -> Portion<i64> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = if has_more { found.last().cloned() } else { stop };
    Portion { rows: found.into_iter().map(|found| found.id).collect(), next }
}

/// Takes the word out of them that the fewest names have, as far as that is counted; of several, the longest.
async fn rarest(db: &impl ConnectionTrait, kind: Kind, words: &mut Vec<String>) -> Result<String, DbErr> {
    let mut rarest = (0, COMMON + 1);
    if words.len() > 1 {
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        for (at, word) in words.iter().enumerate() {
            let names = count_up_to(db, kind, word, COMMON).await?;
            if names < rarest.1 {
                rarest = (at, names);
            }
        }
    }
    Ok(words.remove(rarest.0))
}

async fn count_up_to(db: &impl ConnectionTrait, kind: Kind, word: &str, limit: u64) -> Result<u64, DbErr> {
    let mut some = Query::select();
    some.column(search_names::Column::Id).from(search_names::Entity);
    some.and_where(is_of(kind)).and_where(begins(word)).limit(limit);
    let mut count = Query::select();
    count.expr_as(Expr::cust("COUNT(*)"), Alias::new("count")).from_subquery(some, Alias::new("some"));
    let row = db.query_one(&count).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get("", "count"))?;
    Ok(count.unsigned_abs())
}

/// The place of the last row that is looked at for one page, if there are more.
async fn last_looked_at(
    db: &impl ConnectionTrait,
    kind: Kind,
    word: &str,
    search: &Search,
) -> Result<Option<Place>, DbErr> {
    let mut query = candidates(kind, word, search);
    Ok(places(db, query.offset(MAX_LOOKED_AT).limit(1)).await?.pop())
}

fn candidates(kind: Kind, word: &str, search: &Search) -> SelectStatement {
    let mut query = Query::select();
    query
        .expr_as(column("place"), Alias::new("place"))
        .expr_as(column("id"), Alias::new("id"))
        .from(search_names::Entity)
        .and_where(is_of(kind))
        .and_where(begins(word))
        .order_by_expr(column("place"), Order::Asc)
        .order_by_expr(column("id"), Order::Asc);
    if let Some(after) = &search.after {
        query.and_where(position().gt(tuple(after)));
    }
    query
}

async fn places(db: &impl ConnectionTrait, query: &SelectStatement) -> Result<Vec<Place>, DbErr> {
    let rows = db.query_all(query).await?;
    rows.iter().map(|row| Place::from_query_result(row, "")).collect()
}

fn is_of(kind: Kind) -> Expr {
    column("kind").eq(kind_word(kind))
}

fn begins(word: &str) -> Expr {
    column("beginning").eq(word)
}

fn kind_word(kind: Kind) -> String {
    sea_orm::ActiveEnum::to_value(&kind)
}

fn column(name: &'static str) -> Expr {
    Expr::col((search_names::Entity, Alias::new(name)))
}

fn position() -> Expr {
    Expr::tuple([column("place"), column("id")])
}

fn tuple(place: &Place) -> Expr {
    Expr::tuple([Expr::value(place.place.clone()), Expr::value(place.id)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written_and_anything_else_is_none() {
        let place = Place { place: vec![0, 1, 255], id: 42 };

        assert_eq!(place.to_string().parse(), Ok(place));
        for wrong in ["", "-", "0-1", "zz-1", "00-x", "00", "é0-1"] {
            assert_eq!(wrong.parse::<Place>(), Err(()), "{wrong}");
        }
    }
}
