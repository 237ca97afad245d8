//! A post whose time is over: from then on its author alone has it, marked, and may bring it back with another time.

use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::{
            Post, audience,
            changes::{about, update},
        },
    },
    entities::posts,
    live::{
        event,
        log::table::{NewEvent, append},
    },
};

/// Ends a post that is held. It fails as the database does.
pub async fn expire(change: &mut Change, post: Post) -> Result<Post, DbErr> {
    change.record(Entry::done(&Actor::server(), Action::ExpirePost, about(&post))).await?;
    let row = posts::ActiveModel {
        expired_ms: Set(Some(clock::now_ms())),
        pinned_until_ms: Set(None),
        ..Default::default()
    };
    let post = update(change, &post, row).await?;
    let slot = change.take_number().await?;
    audience::end(&change.tx, &post, slot.id).await?;
    let (id, number) = (post.id, post.number);
    let event = NewEvent::Change { post: id, number, change: event::Change::Expired, again: false };
    append(&change.tx, vec![(slot, event)]).await?;
    Ok(post)
}
