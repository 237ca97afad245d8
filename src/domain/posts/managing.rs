//! Who may act on a post: its author, as long as they may post, and its coordinators. This is the one rule; every page, stream
//! and call that changes a post, or tells who has seen it, asks here. Whatever takes a `db` or a `change` fails as the database
//! does.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::{
    domain::{
        change::Change,
        posts::{Post, Published, changes, coordinators, feed},
        users::User,
    },
    entities::posts,
    live::{audience::Viewer, log::posts::with_authors},
};

/// Whether this person may act on the post.
pub async fn may_manage(db: &impl ConnectionTrait, user: &User, post: &Post) -> Result<bool, DbErr> {
    if post.of_server {
        return Ok(false);
    }
    if post.writer() == Some(user.user_id()) && user.may_post() {
        return Ok(true);
    }
    coordinators::include(db, user.user_id(), post).await
}

/// Which of these posts, that they have written or coordinate, they may act on.
pub async fn managed_among(
    db: &impl ConnectionTrait,
    user: &User,
    posts: &[Published],
) -> Result<HashSet<i64>, DbErr> {
    let groups = if user.may_post() { vec![] } else { coordinators::groups_of(db, user.user_id()).await? };
    let is_managed = |post: &Post| {
        user.may_post()
            || post.coordinator == Some(user.id)
            || post.coordinator_group.is_some_and(|group| groups.contains(&group))
    };
    Ok(posts.iter().map(|found| &found.post).filter(|post| is_managed(post)).map(|post| post.id).collect())
}

/// Whether they may say that it is over, and take it back: of what the server published, nobody but the admins among those whom
/// it is for.
pub async fn may_end(db: &impl ConnectionTrait, user: &User, post: &Post) -> Result<bool, DbErr> {
    if !post.of_server || !user.is_admin() {
        return may_manage(db, user, post).await;
    }
    let viewer = Viewer::load(db, user.user_id()).await?;
    Ok(!feed::visible_among(db, &viewer, vec![post.clone()]).await?.is_empty())
}

/// The post of this id, whatever became of it, if they may act on it.
pub async fn find(db: &impl ConnectionTrait, user: &User, id: i64) -> Result<Option<Published>, DbErr> {
    let Some(post) = posts::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    if !may_manage(db, user, &post).await? {
        return Ok(None);
    }
    Ok(with_authors(db, vec![post]).await?.pop())
}

/// The same, if they may end it.
pub async fn find_to_end(
    db: &impl ConnectionTrait,
    user: &User,
    id: i64,
) -> Result<Option<Published>, DbErr> {
    let Some(post) = posts::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    if !may_end(db, user, &post).await? {
        return Ok(None);
    }
    Ok(with_authors(db, vec![post]).await?.pop())
}

/// The post of this id, if they may act on it, as it is until the change ends: nobody else changes it.
pub async fn hold(change: &Change, user: &User, id: i64) -> Result<Option<Post>, DbErr> {
    let Some(post) = changes::hold(change, id).await? else { return Ok(None) };
    Ok(may_manage(&change.tx, user, &post).await?.then_some(post))
}

/// The same, if they may end it.
pub async fn hold_to_end(change: &Change, user: &User, id: i64) -> Result<Option<Post>, DbErr> {
    let Some(post) = changes::hold(change, id).await? else { return Ok(None) };
    Ok(may_end(&change.tx, user, &post).await?.then_some(post))
}
