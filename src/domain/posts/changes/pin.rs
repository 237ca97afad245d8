//! Pinning a post to the top of its readers' lists until a time, and taking it from there.

use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::{
            Post, Problems,
            changes::{Changed, Refusal, about, write},
        },
    },
    entities::posts,
    live::event,
    text,
};

/// Pins a post that is held until then, in Unix milliseconds. It fails as the database does.
pub async fn pin(
    change: &mut Change,
    by: &Actor,
    post: Post,
    until_ms: i64,
) -> Result<Result<Changed, Refusal>, DbErr> {
    if let Some(refusal) = Refusal::of_gone(&post) {
        return Ok(Err(refusal));
    }
    if post.pinned_until_ms == Some(until_ms) {
        return Ok(Ok(Changed::No(post)));
    }
    if until_ms <= clock::now_ms() {
        let pinned = Some(text::say("draft-due-past"));
        return Ok(Err(Refusal::Problems(Box::new(Problems { pinned, ..Default::default() }))));
    }
    let entry = Entry::done(by, Action::PinPost, about(&post));
    change.record(entry.detail(text::of("audit-until").with("time", clock::rfc3339(until_ms)))).await?;
    let row = posts::ActiveModel { pinned_until_ms: Set(Some(until_ms)), ..Default::default() };
    write(change, &post, row, event::Change::Pinned).await.map(|post| Ok(Changed::Yes(post)))
}

/// Has a post that is held stand in its place again. It fails as the database does.
pub async fn unpin(change: &mut Change, by: &Actor, post: Post) -> Result<Changed, DbErr> {
    if post.pinned_until_ms.is_none() {
        return Ok(Changed::No(post));
    }
    change.record(Entry::done(by, Action::UnpinPost, about(&post))).await?;
    let row = posts::ActiveModel { pinned_until_ms: Set(None), ..Default::default() };
    write(change, &post, row, event::Change::Unpinned).await.map(Changed::Yes)
}
