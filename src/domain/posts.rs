//! Posts: from what was typed to a row. Whatever takes a `db` fails as the database does.

use std::collections::{BTreeSet, HashSet};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    clock,
    domain::posts::audience::Recipients,
    entities::{post_groups, posts, recipients},
    ids::{GroupId, UserId},
    live::{Cursor, log::posts::recipients_of},
};

pub use self::{
    audience::{group_names, recipient_names},
    draft::{Draft, Fields, Problems},
    feed::{Filter, feed, find},
    idempotency::{Idempotency, IdempotencyKey},
    publishing::{Author, PublishQueue},
};
pub use crate::{
    entities::posts::{Audience, Kind, Model as Post, Severity},
    live::log::posts::Published,
};

pub mod alerts;
mod audience;
mod draft;
mod feed;
pub(in crate::domain) mod idempotency;
mod markdown;
mod publishing;

/// What became of a draft.
#[derive(Debug)]
pub enum PublishOutcome {
    /// It is a post now, and this is its event; or it was before, and this is what was answered then.
    Published(Post, Option<Cursor>),
    /// The key belongs to another post.
    KeyUsed(Post),
    /// The same request is being answered at this moment.
    InProgress,
}

/// Why a draft did not become a post.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// Something in it is not right.
    #[error("the draft has problems")]
    Problems(Box<Problems>),
    /// It is for others than the groups that it may be for.
    #[error("it may only be for certain groups")]
    OtherGroups,
    /// The database could not take it.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Has a post say another time, for a demo, whose days are made up. Fails as the database does.
pub async fn backdate(db: &impl ConnectionTrait, post: &Post, at_ms: i64) -> Result<(), DbErr> {
    posts::Entity::update_many()
        .col_expr(posts::Column::PublishedMs, Expr::value(at_ms))
        .filter(posts::Column::Id.eq(post.id))
        .exec(db)
        .await
        .map(|_| ())
}

/// Stores the post and, unless it is for everyone, who gets it. Part of the transaction that also writes the log.
///
/// # Errors
/// A recipient whom nobody knows (or who is disabled), a group that is not there or that nobody is in, an
/// audience other than the groups in `only`, and those of the database.
async fn store(
    db: &impl ConnectionTrait,
    author: UserId,
    only: Option<&[GroupId]>,
    draft: &Draft,
    key: Option<&str>,
) -> Result<Post, PublishError> {
    if let Some(only) = only
        && !audience::is_for_none_but(db, only, draft).await?
    {
        return Err(PublishError::OtherGroups);
    }
    let Recipients { users, groups } = audience::resolve(db, draft).await?;
    let row = posts::ActiveModel {
        author_id: Set(author.0),
        kind: Set(draft.kind),
        severity: Set(draft.severity),
        title: Set(draft.title.clone()),
        body: Set(draft.body.clone()),
        html: Set(draft.html.clone()),
        audience: Set(draft.audience),
        key: Set(key.map(str::to_owned)),
        published_ms: Set(clock::now_ms()),
        ..Default::default()
    };
    let post = posts::Entity::insert(row).exec_with_returning(db).await?;
    for users in users.chunks(1000) {
        let rows =
            users.iter().map(|user| recipients::ActiveModel { post_id: Set(post.id), user_id: Set(user.0) });
        recipients::Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    for group in groups {
        let row = post_groups::ActiveModel {
            post_id: Set(post.id),
            group_id: Set(group.id),
            name: Set(group.name),
        };
        post_groups::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(post)
}

/// The post that this author's form with this one-time key made.
async fn find_by_key(db: &impl ConnectionTrait, author: UserId, key: &str) -> Result<Option<Post>, DbErr> {
    posts::Entity::find()
        .filter(posts::Column::AuthorId.eq(author.0))
        .filter(posts::Column::Key.eq(key))
        .one(db)
        .await
}

/// Whether this post is what publishing the draft would make, whoever joined or left its groups meanwhile.
///
/// # Errors
/// Those of `store`.
async fn is_made_of(db: &impl ConnectionTrait, post: &Post, draft: &Draft) -> Result<bool, PublishError> {
    if !draft.reads_like(post) {
        return Ok(false);
    }
    let meant = audience::resolve(db, draft).await?;
    if draft.audience == Audience::Groups {
        let of_post = post_groups::Entity::find().filter(post_groups::Column::PostId.eq(post.id));
        let stored: BTreeSet<_> = of_post.all(db).await?.into_iter().map(|row| row.group_id).collect();
        return Ok(stored == meant.groups.iter().map(|group| group.id).collect());
    }
    let stored = recipients_of(db, vec![post.id]).await?.remove(&post.id).unwrap_or_default();
    Ok(stored.into_iter().collect::<HashSet<_>>() == meant.users.into_iter().collect())
}
