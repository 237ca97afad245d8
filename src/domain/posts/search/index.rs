//! The words of posts in the database: SQLite's FTS5 and PostgreSQL's GIN index hold the same ones. Each stands under the part
//! of the log that its post is in (`12:word`), so that what a look costs does not grow with the years, the commonest word
//! and the beginnings of words included. Whatever takes a `db` fails as the database does.

use std::fmt::Write;

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, ExprTrait, Order, Statement,
    sea_query::{Alias, Expr, Query as Select, SelectStatement},
};

use crate::{
    domain::posts::search::{
        contents::Contents,
        query::{Query, Term},
    },
    entities::posts,
};

/// So many numbers of the log are one part, in bits.
const PART_BITS: u32 = 12;

const TABLE: &str = "post_words";

/// A part of the log, and what of it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub(super) part: i64,
    /// The first number of the log that is looked at.
    pub from: i64,
    /// The last number of the log that is looked at.
    pub through: i64,
}

impl Stretch {
    /// What there is of a part up to this number.
    pub fn up_to(through: i64) -> Self {
        let part = through >> PART_BITS;
        Self { part, from: part << PART_BITS, through }
    }

    /// The part before it.
    pub fn before(self) -> Self {
        Self::up_to(self.from - 1)
    }

    /// How its words begin.
    fn prefix(self) -> String {
        if self.part < 0 { format!("n{}:", -self.part) } else { format!("{}:", self.part) }
    }
}

/// Keeps the words of the post of this number, in place of those that were kept.
pub async fn put(db: &impl ConnectionTrait, number: i64, contents: &Contents) -> Result<(), DbErr> {
    let backend = db.get_database_backend();
    let prefix = Stretch::up_to(number).prefix();
    let (statement, words) = match backend {
        DbBackend::Postgres => (
            "INSERT INTO post_words (number, words) VALUES ($1, CAST($2 AS tsvector)) \
             ON CONFLICT (number) DO UPDATE SET words = excluded.words",
            for_postgres(&prefix, contents),
        ),
        _ => (
            "INSERT OR REPLACE INTO post_words (rowid, words) VALUES ($1, $2)",
            for_sqlite(&prefix, contents),
        ),
    };
    let values = [number.into(), words.into()];
    db.execute_raw(Statement::from_sql_and_values(backend, statement, values)).await.map(|_| ())
}

/// The numbers in this stretch whose posts have everything that is wanted, and nothing that is not; none in particular, if
/// nothing is wanted.
pub fn matching(backend: DbBackend, query: &Query, stretch: Stretch) -> Option<SelectStatement> {
    let prefix = stretch.prefix();
    let expression = match backend {
        DbBackend::Postgres => wanted(query, " & ", " & !(", " | ", |term| postgres_term(&prefix, term)),
        _ => wanted(query, " AND ", " NOT (", " OR ", |term| sqlite_term(&prefix, term)),
    };
    (!query.wanted().is_empty()).then(|| numbers(backend, expression, stretch))
}

/// The numbers in this stretch whose posts have something that is not wanted.
pub fn with_unwanted(backend: DbBackend, query: &Query, stretch: Stretch) -> SelectStatement {
    let prefix = stretch.prefix();
    let terms = |term: &Term| match backend {
        DbBackend::Postgres => postgres_term(&prefix, term),
        _ => sqlite_term(&prefix, term),
    };
    let any: Vec<_> = query.unwanted().iter().map(terms).collect();
    numbers(backend, any.join(if backend == DbBackend::Postgres { " | " } else { " OR " }), stretch)
}

/// The newest number of a post whose words are not kept, of the newest `count`.
pub async fn missing(db: &impl ConnectionTrait, count: u64) -> Result<Option<i64>, DbErr> {
    let newest = || Expr::col((Alias::new("newest"), posts::Column::Number));
    let posts = Select::select()
        .column(posts::Column::Number)
        .from(posts::Entity)
        .order_by(posts::Column::Number, Order::Desc)
        .limit(count)
        .to_owned();
    let kept = Select::select()
        .expr(Expr::val(1))
        .from(Alias::new(TABLE))
        .and_where(number_column(db.get_database_backend()).eq(newest()))
        .to_owned();
    let missing = Select::select()
        .expr(newest())
        .from_subquery(posts, Alias::new("newest"))
        .and_where(Expr::exists(kept).not())
        .order_by_expr(newest(), Order::Desc)
        .limit(1)
        .to_owned();
    db.query_one(&missing).await?.map(|row| row.try_get_by_index(0)).transpose()
}

/// The newest numbers that a statement gives, at most `count`.
pub async fn newest(
    db: &impl ConnectionTrait,
    mut statement: SelectStatement,
    column: Expr,
    count: u64,
) -> Result<Vec<i64>, DbErr> {
    let rows = db.query_all(statement.order_by_expr(column, Order::Desc).limit(count)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

/// The number of the post, to be put in order and held to bounds. As a sum it is in no index of PostgreSQL, which would go
/// through all numbers of a stretch otherwise, and not through those that have the words.
pub fn number(backend: DbBackend) -> Expr {
    match backend {
        DbBackend::Postgres => Expr::cust("\"post_words\".\"number\" + 0"),
        _ => number_column(backend),
    }
}

/// Of the words' table, the column that has the number of the post.
fn number_column(backend: DbBackend) -> Expr {
    let name = if backend == DbBackend::Postgres { "number" } else { "rowid" };
    Expr::col((Alias::new(TABLE), Alias::new(name)))
}

fn numbers(backend: DbBackend, expression: String, stretch: Stretch) -> SelectStatement {
    let matches = match backend {
        DbBackend::Postgres => {
            Expr::cust_with_values("\"post_words\".\"words\" @@ CAST($1 AS tsquery)", [expression])
        }
        _ => Expr::cust_with_values("\"post_words\" MATCH ?", [expression]),
    };
    Select::select()
        .expr(number_column(backend))
        .from(Alias::new(TABLE))
        .and_where(matches)
        .and_where(number(backend).gte(stretch.from))
        .and_where(number(backend).lte(stretch.through))
        .to_owned()
}

fn wanted(query: &Query, and: &str, not: &str, or: &str, told: impl Fn(&Term) -> String) -> String {
    let all = |terms: &[Term], between: &str| terms.iter().map(&told).collect::<Vec<_>>().join(between);
    let wanted = format!("({})", all(query.wanted(), and));
    if query.unwanted().is_empty() { wanted } else { format!("{wanted}{not}{})", all(query.unwanted(), or)) }
}

/// <https://sqlite.org/fts5.html>, section 3. Words have no quotation marks.
fn sqlite_term(prefix: &str, term: &Term) -> String {
    let words: Vec<_> = term.words.iter().map(|word| format!("{prefix}{word}")).collect();
    format!("\"{}\"{}", words.join(" "), if term.is_beginning { " *" } else { "" })
}

/// As the type `tsquery` is written. Words have no quotation marks and no backslashes.
fn postgres_term(prefix: &str, term: &Term) -> String {
    let words: Vec<_> = term.words.iter().map(|word| format!("'{prefix}{word}'")).collect();
    format!("({}{})", words.join(" <-> "), if term.is_beginning { ":*" } else { "" })
}

/// Each word with its place; in a gap, what no word is.
fn for_sqlite(prefix: &str, contents: &Contents) -> String {
    let mut text = String::new();
    for word in contents.words() {
        // A String takes whatever is written to it.
        let _ = match word {
            Some(word) => write!(text, "{prefix}{word} "),
            None => write!(text, ": "),
        };
    }
    text
}

/// As the type `tsvector` is written.
fn for_postgres(prefix: &str, contents: &Contents) -> String {
    let mut text = String::new();
    for (place, word) in (1..).zip(contents.words()) {
        if let Some(word) = word {
            // A String takes whatever is written to it.
            let _ = write!(text, "'{prefix}{word}':{place} ");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_in_one_part() {
        for number in [i64::MIN / 2, -4097, -4096, -1, 0, 1, 4095, 4096, 1_000_000, i64::MAX] {
            let stretch = Stretch::up_to(number);
            assert!(stretch.from <= number && number - stretch.from < 4096, "{number}");
            assert_eq!(Stretch::up_to(stretch.from).prefix(), stretch.prefix());
            assert_ne!(stretch.before().prefix(), stretch.prefix());
        }
        assert_eq!(
            (Stretch::up_to(-1).prefix().as_str(), Stretch::up_to(4096).prefix().as_str()),
            ("n1:", "1:")
        );
    }
}
