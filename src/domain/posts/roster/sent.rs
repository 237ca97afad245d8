//! To whose open pages a post was sent, as it was written down (`domain/posts/deliveries`). Everything here fails as the
//! database does.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};

use crate::{
    domain::posts::{Post, roster::recipients::Recipients},
    entities::{deliveries, retention},
};

/// What is noted is committed within so many milliseconds.
const COMMIT_MS: i64 = 5_000;

/// To how many people's open pages a post was sent.
pub(super) async fn count(db: &impl ConnectionTrait, post: &Post, to: Recipients) -> Result<u64, DbErr> {
    let whose = Expr::col((deliveries::Entity, deliveries::Column::UserId));
    let of_post = deliveries::Entity::find().filter(deliveries::Column::Number.eq(post.number));
    of_post.filter(to.tell_of(whose)).count(db).await
}

/// To whose open pages it was sent, of these people.
pub(super) async fn among(
    db: &impl ConnectionTrait,
    post: &Post,
    people: impl IntoIterator<Item = i64>,
) -> Result<Vec<i64>, DbErr> {
    let of_post = deliveries::Entity::find().filter(deliveries::Column::Number.eq(post.number));
    let these = of_post.filter(deliveries::Column::UserId.is_in(people));
    these.select_only().column(deliveries::Column::UserId).into_tuple().all(db).await
}

/// To whose open pages it was sent since this time, at most `limit` of them.
pub(super) async fn since(
    db: &impl ConnectionTrait,
    post: &Post,
    at_ms: i64,
    limit: u64,
) -> Result<Vec<i64>, DbErr> {
    // It is written down with a time from before the commit.
    let since_ms = at_ms - COMMIT_MS;
    let of_post = deliveries::Entity::find().filter(deliveries::Column::Number.eq(post.number));
    let these = of_post.filter(deliveries::Column::AtMs.gte(since_ms)).limit(limit);
    these.select_only().column(deliveries::Column::UserId).into_tuple().all(db).await
}

/// Whether it is no longer kept who has read the post, and to whose pages it was sent.
pub(super) async fn are_forgotten(db: &impl ConnectionTrait, post: &Post) -> Result<bool, DbErr> {
    let kept = retention::Entity::find_by_id(deliveries::TABLE).one(db).await?;
    Ok(kept.is_some_and(|kept| post.published_ms < kept.through_ms))
}
