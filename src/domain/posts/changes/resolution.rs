//! That an alert is over, and that it is not over after all.

use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::{
            Kind, Post,
            changes::{Changed, Refusal, about, write},
            escalation as steps, reminders,
        },
    },
    entities::posts,
    live::event,
};

/// Says of an alert that is held that it is over, and why.
pub async fn resolve(
    change: &mut Change,
    by: &Actor,
    post: Post,
    note: Option<String>,
) -> Result<Result<Changed, Refusal>, DbErr> {
    if post.kind != Kind::Alert {
        return Ok(Err(Refusal::NotAnAlert));
    }
    if let Some(refusal) = Refusal::of_gone(&post) {
        return Ok(Err(refusal));
    }
    if post.is_over() {
        return Ok(Ok(Changed::No(post)));
    }
    let row = posts::ActiveModel {
        resolved_ms: Set(Some(clock::now_ms())),
        resolved_by: Set(by.person().map(|user| user.0)),
        resolved_note: Set(note),
        ..Default::default()
    };
    let post = write(change, &post, row, event::Change::Resolved).await?;
    let note = post.resolved_note.clone().unwrap_or_default();
    change.record(Entry::done(by, Action::ResolvePost, about(&post)).detail(note)).await?;
    Ok(Ok(Changed::Yes(post)))
}

/// Says of an alert that is held that it is not over after all.
pub async fn reopen(change: &mut Change, by: &Actor, post: Post) -> Result<Result<Changed, Refusal>, DbErr> {
    if let Some(refusal) = Refusal::of_gone(&post) {
        return Ok(Err(refusal));
    }
    if !post.is_over() {
        return Ok(Ok(Changed::No(post)));
    }
    let row = posts::ActiveModel {
        resolved_ms: Set(None),
        resolved_by: Set(None),
        resolved_note: Set(None),
        ..Default::default()
    };
    let post = write(change, &post, row, event::Change::Reopened).await?;
    reminders::schedule::resume(&change.tx, &post).await?;
    steps::resume(&change.tx, &post).await?;
    change.record(Entry::done(by, Action::ReopenPost, about(&post))).await?;
    Ok(Ok(Changed::Yes(post)))
}
