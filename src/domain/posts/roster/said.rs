//! How many said something of each post of a list: at one go, and of each so many as are counted at most, so that a list costs
//! what it shows however many said something. It fails as the database does.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, FromQueryResult,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};

use super::{recipient, recipients::Recipients, view::View};
use crate::{
    domain::{
        posts::{Post, answers},
        users::User,
    },
    entities::receipts,
};

/// More people than these are not counted one by one.
pub const MAX_SAID: u64 = 1_000;

/// Who said something of a post that asks for it; one more than are counted stands for more than these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SaidCounts {
    /// Who said that they have seen it, in whatever words.
    pub acknowledged: u64,
    /// Of those, who needs help.
    pub help: u64,
}

/// What is read of one post.
#[derive(FromQueryResult)]
struct SaidRow {
    post_id: i64,
    acknowledged: i64,
    help: i64,
}

/// Who said something of each of these posts, for somebody who may act on them all; by the id of the post.
pub async fn said(
    db: &impl ConnectionTrait,
    user: &User,
    posts: &[&Post],
) -> Result<HashMap<i64, SaidCounts>, DbErr> {
    let mut counts: Option<SelectStatement> = None;
    for (post, view) in View::of_each(db, user, posts).await? {
        // Nobody is hidden from most of them, and whom a post reached is looked for where somebody is.
        let hidden = match view {
            View::All => None,
            View::WithoutClosed => Some(Recipients::of(db, post, view).await?),
        };
        let count = query_said(post, hidden);
        counts = Some(match counts {
            None => count,
            Some(mut counts) => counts.union(UnionType::All, count).take(),
        });
    }
    let Some(counts) = counts else { return Ok(HashMap::new()) };
    let rows = db.query_all(&counts).await?;
    let rows = rows.iter().map(|row| SaidRow::from_query_result(row, "")).collect::<Result<Vec<_>, _>>()?;
    let said = |row: SaidRow| SaidCounts {
        acknowledged: row.acknowledged.unsigned_abs(),
        help: row.help.unsigned_abs(),
    };
    Ok(rows.into_iter().map(|row| (row.post_id, said(row))).collect())
}

/// The counts of one post, as SQL.
fn query_said(post: &Post, hidden: Option<Recipients>) -> SelectStatement {
    let mut told = Query::select();
    told.expr(Expr::value(1)).from(receipts::Entity).and_where(receipts::Column::PostId.eq(post.id));
    if let Some(hidden) = hidden {
        told.cond_where(hidden.tell_of(recipient()));
    }
    let mut acknowledged = told.clone();
    acknowledged.and_where(receipts::Column::AcknowledgedMs.is_not_null());
    told.and_where(receipts::Column::Answer.is_in(answers::of_help(post)));
    let counted = |these: &mut SelectStatement| {
        let these = these.limit(MAX_SAID + 1).to_owned();
        let count = Query::select().expr(Expr::cust("count(*)")).from_subquery(these, "these").to_owned();
        Expr::SubQuery(None, Box::new(count.into()))
    };
    Query::select()
        .expr_as(Expr::value(post.id), "post_id")
        .expr_as(counted(&mut acknowledged), "acknowledged")
        .expr_as(counted(&mut told), "help")
        .to_owned()
}
