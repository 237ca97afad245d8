//! What somebody has written or coordinates, whatever has become of it.

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Order, Query},
};

use crate::{
    domain::posts::{Published, coordinators},
    entities::posts,
    ids::UserId,
    live::log::posts::with_authors,
};

/// What has become of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PostState {
    /// An alert that goes on.
    Open,
    /// An alert that is over.
    Over,
    /// What had a time that is over.
    Expired,
    /// What was taken back.
    Withdrawn,
}

/// What this person has written, or coordinates now, of one state or all of it, before this number: newest first, at most
/// `count`; and whether there is more. It fails as the database does.
pub async fn managed_by(
    db: &impl ConnectionTrait,
    user: UserId,
    state: Option<PostState>,
    before: Option<i64>,
    count: u64,
) -> Result<(Vec<Published>, bool), DbErr> {
    let lists = coordinators::groups_of(db, user).await?;
    let lists = lists.into_iter().map(|group| posts::Column::CoordinatorGroup.eq(group)).chain(theirs(user));
    let mut found = BTreeMap::new();
    // Each list is read in its own order, so that it costs what it shows.
    for is_listed in lists {
        let mut these = posts::Entity::find().filter(is_listed);
        if let Some(state) = state {
            these = these.filter(Expr::cust(state.condition()));
        }
        if let Some(before) = before {
            these = these.filter(posts::Column::Number.lt(before));
        }
        let newest = these.order_by_desc(posts::Column::Number).limit(count + 1);
        found.extend(newest.all(db).await?.into_iter().map(|post| (post.number, post)));
    }
    let has_more = found.len() as u64 > count;
    let newest = found.into_values().rev().take(usize::try_from(count).unwrap_or(usize::MAX));
    Ok((with_authors(db, newest.collect()).await?, has_more))
}

/// Whether there is anything that this person has written, or coordinates now. It fails as the database does.
pub(super) async fn manages_any(db: &impl ConnectionTrait, user: UserId) -> Result<bool, DbErr> {
    let handed_over = Query::select()
        .expr(Expr::value(1))
        .from(posts::Entity)
        .and_where(posts::Column::Coordinator.eq(user.0))
        .to_owned();
    // As a part of an order, so that PostgreSQL takes the index also where nearly all posts are one author's.
    let first_written = Query::select()
        .column(posts::Column::Number)
        .from(posts::Entity)
        .and_where(posts::Column::AuthorId.between(user.0, user.0))
        .and_where(posts::Column::OfServer.into_expr().not())
        .order_by(posts::Column::AuthorId, Order::Asc)
        .order_by(posts::Column::Number, Order::Asc)
        .limit(1)
        .to_owned();
    let is_theirs = Condition::any()
        .add(Expr::exists(coordinators::query_groups_of(user)))
        .add(Expr::exists(handed_over))
        .add(Expr::SubQuery(None, Box::new(first_written.into())).is_not_null());
    let query = Query::select().expr(Expr::value(1)).cond_where(is_theirs).to_owned();
    Ok(db.query_one(&query).await?.is_some())
}

/// What somebody wrote, and what was handed over to them by name.
fn theirs(user: UserId) -> [Expr; 2] {
    let wrote = posts::Column::AuthorId.eq(user.0).and(posts::Column::OfServer.into_expr().not());
    [wrote, posts::Column::Coordinator.eq(user.0)]
}

impl PostState {
    /// In the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Open, Self::Over, Self::Expired, Self::Withdrawn];

    /// Its name in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Over => "over",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of this name.
    pub fn called(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// As the index of these rows says it.
    fn condition(self) -> &'static str {
        match self {
            Self::Open => {
                "kind = 'alert' AND resolved_ms IS NULL AND withdrawn_ms IS NULL AND expired_ms IS NULL"
            }
            Self::Over => "resolved_ms IS NOT NULL AND withdrawn_ms IS NULL AND expired_ms IS NULL",
            Self::Expired => "expired_ms IS NOT NULL AND withdrawn_ms IS NULL",
            Self::Withdrawn => "withdrawn_ms IS NOT NULL",
        }
    }
}
