//! The kinds of events, each by the name that the table has for it: how one is written, loaded and sent. Nothing else
//! knows a kind by its name.
//!
//! A name that is not here was written by a newer build beside this one. Such an event is passed over: it is numbered
//! like any other, and clients are told to make their lists anew. So whatever a build of tomorrow says of a post must be
//! a kind or a change of its own; `post` always means that one was published.
//!
//! An event of a post is loaded with the post as it is now. So what is told is told by the events with which somebody came
//! to see it, or does not see it any more, and by that of its last change; what came between them is superseded.

use std::sync::Arc;

use bytes::Bytes;
use sea_orm::{ActiveValue::Set, DbErr};

use crate::{
    clock,
    entities::events,
    ids::{ListenerId, UserId},
    live::{
        audience::{Audience, Standing},
        cursor::Cursor,
        event::{Change, Content, Event, LostRight, Variant},
        log::{posts::Published, related::Related},
        right::Right,
        sse::{self, Farewell},
    },
};

/// What is written to the log.
#[derive(Debug)]
pub enum NewEvent {
    /// The post of this id was published.
    Post(i64),
    /// The post of this id, which has this number, has changed; its readers may be told of it again.
    Change { post: i64, number: i64, change: Change, again: bool },
    /// Somebody lost the right to listen.
    Rights(LostRight),
    /// People joined or left a group: those whose memberships have this event's number.
    Memberships,
}

const POST: &str = "post";
const CHANGE: &str = "change";
const RIGHTS: &str = "rights";
const MEMBERSHIP: &str = "membership";

/// All others, of which everybody is told, whatever they say. With another kind or change, the index of these rows is another.
pub(super) const IS_UNKNOWN: &str = "COALESCE(change, kind) NOT IN ('post', 'rights', 'membership', 'edited', 'resolved', 'reopened', 'widened', \
     'narrowed', 'withdrawn', 'expired', 'pinned', 'unpinned')";

/// What an event weighs beside its texts, in bytes: keys, times, addresses, the markup around them.
const FRAME_BYTES: usize = 1024;

/// The row of an event that is written.
pub(super) fn row(id: i64, nonce: i64, new: NewEvent) -> events::ActiveModel {
    let mut row = events::ActiveModel {
        id: Set(id),
        nonce: Set(nonce),
        kind: Set(String::new()),
        change: Set(None),
        post_id: Set(None),
        user_id: Set(None),
        right_key: Set(None),
        reason: Set(None),
        created_ms: Set(clock::now_ms()),
    };
    match new {
        NewEvent::Post(post) => {
            row.kind = Set(POST.to_owned());
            row.post_id = Set(Some(post));
        }
        NewEvent::Change { post, change, .. } => {
            row.kind = Set(CHANGE.to_owned());
            row.change = Set(change.word().map(str::to_owned));
            row.post_id = Set(Some(post));
        }
        NewEvent::Rights(lost) => {
            row.kind = Set(RIGHTS.to_owned());
            // Builds that know no walls take it for the loss of a right that they do not know.
            row.user_id = Set(Some(lost.whose.user().unwrap_or(UserId::NOBODY).0));
            row.right_key = Set(lost.right.map(|right| right.to_string()));
            row.reason = Set(Some(lost.farewell.as_str().to_owned()));
        }
        NewEvent::Memberships => row.kind = Set(MEMBERSHIP.to_owned()),
    }
    row
}

/// The post that is needed to load this event.
pub(super) fn post_of(row: &events::Model) -> Option<i64> {
    row.post_id.filter(|_| of_post(row).is_some())
}

/// What the event says of its post, if it is about one.
fn of_post(row: &events::Model) -> Option<Change> {
    match (row.kind.as_str(), row.change.as_deref()) {
        (POST, None) => Some(Change::Published),
        (CHANGE, Some(word)) => Change::called(word),
        _ => None,
    }
}

/// Whether the event says who joined and left groups.
pub(super) fn tells_memberships(row: &events::Model) -> bool {
    row.kind == MEMBERSHIP
}

/// The event of a row.
///
/// # Errors
/// When something is missing that its kind always has.
pub(super) fn event(row: events::Model, related: &Related) -> Result<Event, DbErr> {
    let (id, nonce) = (row.id, row.nonce);
    if let Some(change) = of_post(&row) {
        let (published, audience) =
            post_of(&row).and_then(|post| related.post(post)).ok_or_else(|| broken(id))?;
        return Ok(about(id, nonce, published, audience, change));
    }
    let (nobody, nothing) = (Audience::default(), vec![]);
    let (content, audience, variants, weight) = match row.kind.as_str() {
        RIGHTS => (lost_right(&row)?, nobody, nothing, 0),
        MEMBERSHIP => (Content::Memberships(related.memberships(id)), nobody, nothing, 0),
        _ => {
            let variants = vec![Variant::new(Standing::Gains, Change::Unknown)];
            (Content::Unknown, Audience::of_all(id), variants, FRAME_BYTES)
        }
    };
    Ok(Event { id, nonce, content, audience, variants: variants.into(), weight })
}

/// An event that says this of a post, which is as it was loaded.
fn about(id: i64, nonce: i64, published: Arc<Published>, audience: Audience, change: Change) -> Event {
    let post = &published.post;
    let is_turn = id == post.number || audience.turns_at(id);
    let is_last = id != post.number && id >= post.changed;
    if !is_turn && !is_last {
        return superseded(id, nonce);
    }
    let mut variants = Vec::new();
    if is_turn {
        variants.push(Variant::new(Standing::Gains, Change::Published));
    }
    if is_turn && id != post.number {
        variants.push(Variant::new(Standing::Loses, change.for_who_loses()));
    }
    if is_last {
        variants.push(Variant::new(Standing::Keeps, change.for_who_keeps()));
    }
    if is_last && post.told_by() > post.number {
        variants.push(Variant::new(Standing::Keeps, Change::ToldAgain));
    }
    let (weight, variants) = (weight(&published), variants.into());
    Event { id, nonce, weight, content: Content::Post(published), audience, variants }
}

/// An earlier event of a post that has changed since: with the post as it is now, or superseded.
pub(super) fn renewed(old: &Event, published: Arc<Published>, audience: Audience) -> Event {
    let lost = old.variants.iter().find(|variant| variant.standing == Standing::Loses);
    let change = lost.map_or(Change::Narrowed, |variant| variant.change);
    about(old.id, old.nonce, published, audience, change)
}

/// An event of which a later one says more.
fn superseded(id: i64, nonce: i64) -> Event {
    let (content, audience) = (Content::Superseded, Audience::default());
    Event { id, nonce, content, audience, variants: [].into(), weight: 0 }
}

fn weight(published: &Published) -> usize {
    published.post.title.len() + published.post.html.len() + FRAME_BYTES
}

/// A right that only a newer build knows is none by which anybody listens here.
fn lost_right(row: &events::Model) -> Result<Content, DbErr> {
    let user = UserId(row.user_id.ok_or_else(|| broken(row.id))?);
    let Ok(right) = row.right_key.as_deref().map(str::parse).transpose() else { return Ok(Content::Unknown) };
    let farewell = match row.reason.as_deref() {
        Some("signed-out") => Farewell::SignedOut,
        _ => Farewell::Revoked,
    };
    let whose = match right {
        Some(Right::Wall(wall)) => ListenerId::Wall(wall),
        _ => user.into(),
    };
    Ok(Content::LostRight(LostRight { whose, right, farewell }))
}

/// The whole event as it goes out, its id included. How a post looks is for each kind of client to say.
pub(in crate::live) fn encode(
    content: &Content,
    change: Change,
    cursor: &Cursor,
    encode_post: impl FnOnce(&Cursor, &Published, Change) -> Bytes,
) -> Bytes {
    match content {
        Content::Post(published) => encode_post(cursor, published, change),
        Content::LostRight(_) | Content::Memberships(_) | Content::Superseded | Content::Unknown => {
            sse::reset(cursor)
        }
    }
}

fn broken(id: i64) -> DbErr {
    DbErr::Custom(format!("event {id} of the log is not complete"))
}

#[cfg(test)]
mod tests;
