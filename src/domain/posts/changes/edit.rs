//! Editing a post: what is asked before, in the order in which it may be refused, and what is written.

use sea_orm::{ActiveValue::Set, DbErr};

pub use self::typed::{Edit, EditFields};
use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        organisation,
        posts::{
            self, Post, Problems, PublishError, Severity,
            audience::Turn,
            changes::{Changed, Refusal, about, set_urgency, update},
            coordinators, escalation, reminders, revisions, search,
        },
    },
    entities::posts as post_table,
    live::{
        event,
        log::table::{NewEvent, append},
    },
    text,
};

mod typed;

/// Why it goes no further.
enum Stop {
    Refused(Refusal),
    Failed(DbErr),
}

/// Gives a post that is held another title, text, kind, severity, time or audience, or tells of it again, unless it has another
/// version than the one that was edited, or other coordinators. Another time brings back what has expired, for those whom it was for.
pub async fn edit(
    change: &mut Change,
    by: &Actor,
    post: Post,
    edit: Edit,
) -> Result<Result<Changed, Refusal>, DbErr> {
    match attempt(change, by, post, edit).await {
        Ok(changed) => Ok(Ok(changed)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

async fn attempt(change: &mut Change, by: &Actor, post: Post, edit: Edit) -> Result<Changed, Stop> {
    if edit.version.is_some_and(|version| version != post.version) {
        return Err(Refusal::OtherVersion(post.version).into());
    }
    if post.is_withdrawn() {
        return Err(Refusal::Withdrawn.into());
    }
    let urgency = edit.urgency(&post)?;
    if let Some(user) = by.person()
        && is_more_critical(&post, urgency.1)
        && !organisation::may_publish_critical(&change.tx, user).await?
    {
        return Err(Refusal::Problems(Box::new(Problems::not_critical())).into());
    }
    let (expiry, pin) = (edit.expiry(&post)?, edit.pin(&post)?);
    let turn = turn(change, &post, &edit).await?;
    let coordinated = coordinators::of(&post);
    let post = hand_over(change, by, post, &edit, urgency.1).await?;
    let mut parts = edit.parts(&post, urgency);
    let is_edited = !parts.is_empty();
    parts.extend(expiry.is_some().then(|| text::of("audit-part-expiry")));
    parts.extend(pin.is_some().then(|| text::of("audit-part-pin")));
    parts.extend((!turn.is_empty()).then(|| turn.words()));
    if parts.is_empty() && !edit.again {
        // Its readers are told nothing of who coordinates it.
        let is_other = coordinators::of(&post) != coordinated;
        return Ok(if is_other { Changed::Yes(post) } else { Changed::No(post) });
    }
    parts.extend(edit.again.then(|| text::of("audit-told-again")));
    let is_pin_alone = pin.is_some() && parts.len() == 1;
    let entry = Entry::done(by, Action::EditPost, about(&post));
    change.record(parts.into_iter().fold(entry, Entry::detail)).await?;
    let what = match (is_edited, turn.is_empty(), turn.widens()) {
        (false, true, _) if is_pin_alone => event::Change::of_pin(pin.flatten().is_some()),
        (true, _, _) | (_, true, _) => event::Change::Edited,
        (_, _, true) => event::Change::Widened,
        (_, _, false) => event::Change::Narrowed,
    };
    let (now, again) = (clock::now_ms(), edit.again);
    let row = post_table::ActiveModel {
        edited_ms: Set(if is_edited { Some(now) } else { post.edited_ms }),
        told_again_ms: Set(if again { Some(now) } else { post.told_again_ms }),
        expires_ms: Set(expiry.unwrap_or(post.expires_ms)),
        expired_ms: Set(None),
        pinned_until_ms: Set(pin.unwrap_or(post.pinned_until_ms)),
        ..edit.into_row(urgency)
    };
    let slot = change.take_number().await?;
    let (is_as_urgent, was_asking) = (urgency.1 == post.severity, post.is_asking());
    let before = post;
    let post = update(change, &before, row).await?;
    turn.write(&change.tx, &post, slot.id).await?;
    if !is_as_urgent {
        set_urgency(change, &post, urgency.1).await?;
    }
    if is_edited {
        revisions::keep(change, by, &before, &post, slot.id).await?;
        search::put(&change.tx, &post).await?;
    }
    // What is back, or not over after all, reminds and escalates again as what is reopened does.
    if post.is_asking() && !was_asking {
        reminders::schedule::resume(&change.tx, &post).await?;
        escalation::resume(&change.tx, &post).await?;
    }
    let event = NewEvent::Change { post: post.id, number: post.number, change: what, again };
    append(&change.tx, vec![(slot, event)]).await?;
    Ok(Changed::Yes(post))
}

fn is_more_critical(post: &Post, severity: Option<Severity>) -> bool {
    severity == Some(Severity::Critical) && post.severity != severity
}

/// What an edit changes of whom a post is for.
async fn turn(change: &Change, post: &Post, edit: &Edit) -> Result<Turn, Stop> {
    let Some(meant) = &edit.audience else {
        return Ok(if post.is_expired() { Turn::back(&change.tx, post).await? } else { Turn::default() });
    };
    let addressees = posts::address(&change.tx, post.writer(), edit.only.as_deref(), meant).await?;
    Ok(addressees.turn(&change.tx, post).await?)
}

/// The post with the coordinators that the edit gives it, if it does, which it has to have when it becomes critical.
async fn hand_over(
    change: &mut Change,
    by: &Actor,
    post: Post,
    edit: &Edit,
    severity: Option<Severity>,
) -> Result<Post, Stop> {
    let now = coordinators::of(&post);
    let to = match &edit.coordinators {
        None => now,
        // Who coordinates it may do so still, if nobody of them may sign in.
        Some(name) if coordinators::name(&change.tx, &post).await?.as_deref() == Some(name.trim()) => now,
        Some(name) => coordinators::named_by(&change.tx, edit.only.as_deref(), name).await?,
    };
    // A handing-over moves no version, of which its readers would hear.
    if to != now
        && let Some(was) = &edit.coordinated
        && coordinators::name(&change.tx, &post).await?.unwrap_or_default() != was.trim()
    {
        return Err(Refusal::OtherVersion(post.version).into());
    }
    if (to, severity) != (now, post.severity) {
        coordinators::require(&change.tx, severity, to).await?;
    }
    Ok(coordinators::hand_over(change, by, post, to).await?)
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<DbErr> for Stop {
    fn from(error: DbErr) -> Self {
        Self::Failed(error)
    }
}

impl From<PublishError> for Stop {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Problems(problems) => Self::Refused(Refusal::Problems(problems)),
            PublishError::OtherGroups => Self::Refused(Refusal::OtherGroups),
            PublishError::Database(error) => Self::Failed(error),
        }
    }
}
