//! A list of which only some posts are wanted, which another statement tells. The list is taken as it is within bounds, and
//! asked for each of its posts: what the other statement gives is looked up once, however many ways there are in which a post
//! can be somebody's.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, ExprTrait, Order,
    sea_query::{Alias, CaseStatement, Expr, Query, SelectStatement, SimpleExpr},
};

use super::{AT, MAX_BRANCHES, Part, list, many_groups, unite};
use crate::{entities::audiences::Column::Number, live::audience::Viewer};

/// Which posts of a list are wanted.
#[derive(Clone, Debug)]
pub enum Among {
    /// Those whose numbers the statement gives.
    These(SelectStatement),
    /// Those whose numbers it does not give.
    Others(SelectStatement),
}

/// The newest numbers of the list from `from` on that are wanted by all of `among`, at most `count`, newest first. All
/// numbers of that part are looked at. Fails as the database does.
pub async fn newest_among(
    db: &impl ConnectionTrait,
    viewer: &Viewer,
    part: &Part,
    from: i64,
    among: &[Among],
    count: u64,
) -> Result<Vec<i64>, DbErr> {
    let newest = part.newest(viewer);
    // An event is one post at most.
    let Some(span) = u64::try_from(newest - from + 1).ok().filter(|span| *span > 0) else {
        return Ok(Vec::new());
    };
    let mut branches = Vec::new();
    for wanted in part.wanted(viewer) {
        let wanted = wanted.add(Number.gte(from));
        let groups = many_groups::newest(db, viewer, &wanted, span).await?;
        branches.extend(list(viewer, &groups, &wanted));
    }
    let mut found: Vec<i64> = Vec::new();
    for some in branches.chunks(MAX_BRANCHES) {
        for row in db.query_all(&those(unite(some, Order::Desc, span), among, count)).await? {
            found.push(row.try_get_by_index(0)?);
        }
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.dedup();
    found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    Ok(found)
}

fn those(list: SelectStatement, among: &[Among], count: u64) -> SelectStatement {
    let mut those = Query::select();
    those.column(AT).from_subquery(list, "list").order_by(AT, Order::Desc).limit(count);
    for among in among {
        // As a case, it is asked of each number after the list was made, and no database begins with the other statement.
        let at = || Expr::col(Alias::new(AT));
        let (given, is_wanted) = match among {
            Among::These(given) => (given, 1),
            Among::Others(given) => (given, 0),
        };
        let is_given = CaseStatement::new().case(at().in_subquery(given.clone()), 1).finally(0);
        those.and_where(SimpleExpr::Case(Box::new(is_given)).eq(is_wanted));
    }
    those
}
