//! Taking a post back: from then on its author alone has it, marked.

use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::{
            Post, audience, calls,
            changes::{Changed, about, update},
            coordinators,
        },
    },
    entities::posts,
    live::{
        event,
        log::table::{NewEvent, append},
    },
};

/// Takes a post back that is held, and notes why. It fails as the database does.
pub async fn withdraw(
    change: &mut Change,
    by: &Actor,
    post: Post,
    reason: Option<String>,
) -> Result<Changed, DbErr> {
    if post.is_withdrawn() {
        return Ok(Changed::No(post));
    }
    calls::withdraw(change, &post).await?;
    coordinators::are_there(change, &post).await?;
    let detail = reason.clone().unwrap_or_default();
    change.record(Entry::done(by, Action::WithdrawPost, about(&post)).detail(detail)).await?;
    let row = posts::ActiveModel {
        withdrawn_ms: Set(Some(clock::now_ms())),
        withdrawn_by: Set(by.person().map(|user| user.0)),
        withdrawn_reason: Set(reason),
        pinned_until_ms: Set(None),
        ..Default::default()
    };
    let post = update(change, &post, row).await?;
    let slot = change.take_number().await?;
    audience::end(&change.tx, &post, slot.id).await?;
    let (id, number) = (post.id, post.number);
    let event = NewEvent::Change { post: id, number, change: event::Change::Withdrawn, again: false };
    append(&change.tx, vec![(slot, event)]).await?;
    Ok(Changed::Yes(post))
}
