//! Who may act on a post: its author, as long as they may post, and its coordinators. This is the one rule; every page, stream
//! and call that changes a post, or tells who has seen it, asks here. Whatever takes a `db` or a `change` fails as the database
//! does.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::{
    domain::{
        change::Change,
        posts::{Post, Published, changes, coordinators},
        users::User,
    },
    entities::posts,
    live::log::posts::with_authors,
};

/// Whether this person may act on the post.
pub async fn may_manage(db: &impl ConnectionTrait, user: &User, post: &Post) -> Result<bool, DbErr> {
    if post.author_id == user.id && user.may_post() {
        return Ok(true);
    }
    coordinators::include(db, user.user_id(), post).await
}

/// The post of this id, whatever became of it, if they may act on it.
pub async fn find(db: &impl ConnectionTrait, user: &User, id: i64) -> Result<Option<Published>, DbErr> {
    let Some(post) = posts::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    if !may_manage(db, user, &post).await? {
        return Ok(None);
    }
    Ok(with_authors(db, vec![post]).await?.pop())
}

/// The same, as it is until the change ends: nobody else changes it.
pub async fn hold(change: &Change, user: &User, id: i64) -> Result<Option<Post>, DbErr> {
    let Some(post) = changes::hold(change, id).await? else { return Ok(None) };
    Ok(may_manage(&change.tx, user, &post).await?.then_some(post))
}
