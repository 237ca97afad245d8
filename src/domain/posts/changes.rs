//! What becomes of a post after it was published: it is edited, it is over, it is not over after all, it is taken back, it expires. Each is a part of a
//! change, with its entry in the audit log and its event, so that whoever does more in one transaction can; rights are for
//! the caller to ask. Whatever takes a `change` fails as the database does.

use sea_orm::{
    ActiveEnum, ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        organisation,
        posts::{
            self, Kind, Post, Problems, PublishError, Severity, audience::Turn, coordinators,
            escalation as steps, reminders, revisions, search,
        },
    },
    entities::{
        audiences::{self, Urgency},
        posts as post_table,
    },
    ids::UserId,
    live::{
        event,
        log::table::{NewEvent, append},
    },
    text,
};

pub(super) use self::escalation::escalate;
pub use self::{
    edit::{Edit, EditFields, parse_note, parse_reason},
    expiry::expire,
    pin::{pin, unpin},
    withdrawal::withdraw,
};

mod edit;
mod escalation;
mod expiry;
mod pin;
mod withdrawal;

/// What became of a post that somebody wanted to change.
#[derive(Debug)]
pub enum Changed {
    /// It is another now.
    Yes(Post),
    /// It was like that already, and nothing happened.
    No(Post),
}

/// Why a post was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is news: only an alert has a severity, or can be over.
    NotAnAlert,
    /// It was changed by somebody else meanwhile, and has this version now.
    OtherVersion(i64),
    /// It was taken back.
    Withdrawn,
    /// Its time is over. Another time brings it back.
    Expired,
    /// Something in it would not be right.
    Problems(Box<Problems>),
    /// It would be for others than the groups that it may be for.
    OtherGroups,
}

impl Refusal {
    /// Why nothing becomes of a post that its author alone has still; none, if others have it.
    fn of_gone(post: &Post) -> Option<Self> {
        match (post.is_withdrawn(), post.is_expired()) {
            (true, _) => Some(Self::Withdrawn),
            (false, true) => Some(Self::Expired),
            (false, false) => None,
        }
    }
}

/// Commits what became of a post, if that is anything.
pub async fn finish(change: Change, changed: Changed) -> Result<Post, DbErr> {
    match changed {
        Changed::Yes(post) => change.commit().await.map(|()| post),
        Changed::No(post) => change.undo().await.map(|()| post),
    }
}

/// The post as it is until the change ends: nobody else changes it.
pub async fn hold(change: &Change, id: i64) -> Result<Option<Post>, DbErr> {
    post_table::Entity::find_by_id(id).lock_exclusive().one(&change.tx).await
}

/// Gives a post that is held another title, text, kind, severity, time or audience, or tells of it again, unless it has another
/// version than the one that was edited. Another time brings back what has expired, for those whom it was for.
pub async fn edit(
    change: &mut Change,
    by: &Actor,
    post: Post,
    edit: Edit,
) -> Result<Result<Changed, Refusal>, DbErr> {
    if edit.version.is_some_and(|version| version != post.version) {
        return Ok(Err(Refusal::OtherVersion(post.version)));
    }
    if post.is_withdrawn() {
        return Ok(Err(Refusal::Withdrawn));
    }
    let urgency = match edit.urgency(&post) {
        Ok(urgency) => urgency,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(user) = by.person()
        && is_more_critical(&post, urgency.1)
        && !organisation::may_publish_critical(&change.tx, user).await?
    {
        return Ok(Err(Refusal::Problems(Box::new(Problems::not_critical()))));
    }
    let expiry = match edit.expiry(&post) {
        Ok(expiry) => expiry,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let pin = match edit.pin(&post) {
        Ok(pin) => pin,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let turn = match turn(change, &post, &edit).await? {
        Ok(turn) => turn,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let coordinated = coordinators::of(&post);
    let post = match hand_over(change, by, post, &edit, urgency.1).await? {
        Ok(post) => post,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut parts = edit.parts(&post, urgency);
    let is_edited = !parts.is_empty();
    parts.extend(expiry.is_some().then(|| text::of("audit-part-expiry")));
    parts.extend(pin.is_some().then(|| text::of("audit-part-pin")));
    parts.extend((!turn.is_empty()).then(|| turn.words()));
    if parts.is_empty() && !edit.again {
        // Its readers are told nothing of who coordinates it.
        let is_other = coordinators::of(&post) != coordinated;
        return Ok(Ok(if is_other { Changed::Yes(post) } else { Changed::No(post) }));
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
    let is_as_urgent = urgency.1 == post.severity;
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
    let event = NewEvent::Change { post: post.id, number: post.number, change: what, again };
    append(&change.tx, vec![(slot, event)]).await?;
    Ok(Ok(Changed::Yes(post)))
}

fn is_more_critical(post: &Post, severity: Option<Severity>) -> bool {
    severity == Some(Severity::Critical) && post.severity != severity
}

/// What an edit changes of whom a post is for.
async fn turn(change: &Change, post: &Post, edit: &Edit) -> Result<Result<Turn, Refusal>, DbErr> {
    let Some(meant) = &edit.audience else {
        let is_back = post.is_expired();
        return Ok(Ok(if is_back { Turn::back(&change.tx, post).await? } else { Turn::default() }));
    };
    match posts::address(&change.tx, UserId(post.author_id), edit.only.as_deref(), meant).await {
        Ok(addressees) => Ok(Ok(addressees.turn(&change.tx, post).await?)),
        Err(error) => refusal(error).map(Err),
    }
}

/// The post with the coordinators that the edit gives it, if it does, which it has to have when it becomes critical.
async fn hand_over(
    change: &mut Change,
    by: &Actor,
    post: Post,
    edit: &Edit,
    severity: Option<Severity>,
) -> Result<Result<Post, Refusal>, DbErr> {
    let now = coordinators::of(&post);
    let to = match &edit.coordinators {
        None => Ok(now),
        // Who coordinates it may do so still, if nobody of them may sign in.
        Some(name) if coordinators::name(&change.tx, &post).await?.as_deref() == Some(name.trim()) => Ok(now),
        Some(name) => coordinators::named(&change.tx, name).await,
    };
    let to = match to {
        Ok(to) => to,
        Err(error) => return refusal(error).map(Err),
    };
    if (to, severity) != (now, post.severity)
        && let Err(error) = coordinators::require(&change.tx, severity, to).await
    {
        return refusal(error).map(Err);
    }
    coordinators::hand_over(change, by, post, to).await.map(Ok)
}

/// What is wrong with it, if the database is not.
fn refusal(error: PublishError) -> Result<Refusal, DbErr> {
    match error {
        PublishError::Problems(problems) => Ok(Refusal::Problems(problems)),
        PublishError::OtherGroups => Ok(Refusal::OtherGroups),
        PublishError::Database(error) => Err(error),
    }
}

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
    let row = post_table::ActiveModel {
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
    let row = post_table::ActiveModel {
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

/// Writes what is set in the row, and the event.
async fn write(
    change: &mut Change,
    post: &Post,
    row: post_table::ActiveModel,
    what: event::Change,
) -> Result<Post, DbErr> {
    let written = update(change, post, row).await?;
    let (id, number) = (post.id, post.number);
    change.append(NewEvent::Change { post: id, number, change: what, again: false });
    Ok(written)
}

/// Writes what is set in the row, as the next version of the post.
pub(in crate::domain::posts) async fn update(
    change: &Change,
    post: &Post,
    row: post_table::ActiveModel,
) -> Result<Post, DbErr> {
    set(change, post, post_table::ActiveModel { version: Set(post.version + 1), ..row }).await
}

/// Writes what is set in the row, of which no page is told yet.
pub(in crate::domain::posts) async fn set(
    change: &Change,
    post: &Post,
    row: post_table::ActiveModel,
) -> Result<Post, DbErr> {
    let this = post_table::Column::Id.eq(post.id);
    let written =
        post_table::Entity::update_many().set(row).filter(this).exec_with_returning(&change.tx).await?;
    written.into_iter().next().ok_or_else(|| DbErr::RecordNotUpdated)
}

/// A list of one urgency has what is of it now.
pub(in crate::domain::posts) async fn set_urgency(
    change: &Change,
    post: &Post,
    severity: Option<Severity>,
) -> Result<(), DbErr> {
    let urgency = Urgency::from(severity).to_value();
    audiences::Entity::update_many()
        .col_expr(audiences::Column::Urgency, Expr::value(urgency))
        .filter(audiences::Column::Number.eq(post.number))
        .exec(&change.tx)
        .await
        .map(|_| ())
}

fn about(post: &Post) -> String {
    format!("post {}", post.id)
}
