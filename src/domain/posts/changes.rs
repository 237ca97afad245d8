//! What becomes of a post after it was published: it is edited, it is over, it is not over after all, it is taken back. Each is a part of a
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
        posts::{Kind, Post, Severity, search},
    },
    entities::{
        audiences::{self, Urgency},
        posts,
    },
    live::{event, log::table::NewEvent},
};

pub use self::{
    edit::{Edit, EditFields, parse_note},
    withdrawal::withdraw,
};

mod edit;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is news: only an alert has a severity, or can be over.
    NotAnAlert,
    /// It was changed by somebody else meanwhile, and has this version now.
    OtherVersion(i64),
    /// It was taken back.
    Withdrawn,
    /// It would be an alert, of which nobody has said how urgent it is.
    NoSeverity,
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
    posts::Entity::find_by_id(id).lock_exclusive().one(&change.tx).await
}

/// Gives a post that is held another title, text, kind or severity, or tells of it again, unless it has another version than the one that was edited.
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
    let mut parts = edit.parts(&post, urgency);
    if parts.is_empty() && !edit.again {
        return Ok(Ok(Changed::No(post)));
    }
    let now = clock::now_ms();
    let edited = (!parts.is_empty()).then_some(now).or(post.edited_ms);
    parts.extend(edit.again.then_some("told again"));
    if urgency.1 != post.severity {
        set_urgency(change, &post, urgency.1).await?;
    }
    let told_again = if edit.again { Some(now) } else { post.told_again_ms };
    let again = edit.again;
    let row = posts::ActiveModel {
        edited_ms: Set(edited),
        told_again_ms: Set(told_again),
        ..edit.into_row(urgency)
    };
    let post = update(change, &post, row).await?;
    let (id, number) = (post.id, post.number);
    change.append(NewEvent::Change { post: id, number, change: event::Change::Edited, again });
    search::put(&change.tx, &post).await?;
    change.record(Entry::done(by, Action::EditPost, about(&post)).detail(parts.join(", "))).await?;
    Ok(Ok(Changed::Yes(post)))
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
    if post.is_withdrawn() {
        return Ok(Err(Refusal::Withdrawn));
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
    if post.is_withdrawn() {
        return Ok(Err(Refusal::Withdrawn));
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
    change.record(Entry::done(by, Action::ReopenPost, about(&post))).await?;
    Ok(Ok(Changed::Yes(post)))
}

/// Writes what is set in the row, and the event.
async fn write(
    change: &mut Change,
    post: &Post,
    row: posts::ActiveModel,
    what: event::Change,
) -> Result<Post, DbErr> {
    let written = update(change, post, row).await?;
    let (id, number) = (post.id, post.number);
    change.append(NewEvent::Change { post: id, number, change: what, again: false });
    Ok(written)
}

/// Writes what is set in the row, as the next version of the post.
async fn update(change: &Change, post: &Post, row: posts::ActiveModel) -> Result<Post, DbErr> {
    let row = posts::ActiveModel { version: Set(post.version + 1), ..row };
    let this = posts::Column::Id.eq(post.id);
    let written = posts::Entity::update_many().set(row).filter(this).exec_with_returning(&change.tx).await?;
    written.into_iter().next().ok_or_else(|| DbErr::RecordNotUpdated)
}

/// A list of one urgency has what is of it now.
async fn set_urgency(change: &Change, post: &Post, severity: Option<Severity>) -> Result<(), DbErr> {
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
