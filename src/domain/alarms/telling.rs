//! Telling of alarms: each post that is to be published, changed or over is a transaction of its own, with the rows that say
//! so. Who is told is asked at that moment.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    db,
    domain::{
        alarms::{
            machine, rows,
            subjects::{self, Subject, Unit},
            watch::Away,
            words::{self, Text},
        },
        audit::Actor,
        change::{Change, Changes},
        posts::{
            Post,
            changes::{hold, resolve},
        },
        users,
    },
    entities::alarms::{self, Model as Alarm, State},
    live::state::Flapping,
};

mod again;
mod anew;
mod audience;
mod publishing;

/// What cannot be told is tried again after so long; in milliseconds.
const RETRY_AFTER: i64 = 60_000;

/// What all that is told at one time has in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Teller<'a> {
    /// The organisation's time zone, in which posts tell times.
    pub(super) zone: &'a TimeZone,
    /// The last time that nobody looked for long.
    pub(super) away: Away,
    /// Unix time in milliseconds.
    pub(super) now_ms: i64,
}

/// Tells what is due.
///
/// # Errors
/// When it cannot be found out what is. What goes wrong with one post keeps no other back.
pub(super) async fn tell(changes: &Changes, teller: &Teller<'_>) -> Result<(), DbErr> {
    let db = &changes.db().read;
    let due = db::with_timeout(subjects::due(db, teller.now_ms)).await?;
    if due.is_empty() {
        return Ok(());
    }
    let posts: BTreeSet<_> = due.iter().filter_map(|alarm| alarm.post_id).collect();
    for post in posts {
        let told = db::with_timeout(again::tell(changes, teller, post)).await;
        let ids = due.iter().filter(|alarm| alarm.post_id == Some(post)).map(|alarm| alarm.id);
        put_off(changes, teller, told, ids.collect()).await;
    }
    let new: Vec<_> = due.into_iter().filter(|alarm| alarm.post_id.is_none()).collect();
    forget_orphans(changes, &new).await?;
    if new.is_empty() {
        return Ok(());
    }
    for unit in db::with_timeout(subjects::units(db, new, teller.now_ms)).await? {
        let ids = unit.new.iter().map(|subject| subject.alarm.id).collect();
        let told = db::with_timeout(publish(changes, teller, unit)).await;
        put_off(changes, teller, told, ids).await;
    }
    Ok(())
}

/// What went wrong is tried again later, and does not keep others waiting.
async fn put_off(changes: &Changes, teller: &Teller<'_>, told: Result<(), DbErr>, ids: Vec<i64>) {
    let Err(error) = told else { return };
    tracing::warn!(%error, alarms = ids.len(), "Alarms could not be told; tried again in a minute");
    let due_ms = Set(Some(teller.now_ms + RETRY_AFTER));
    let row = alarms::ActiveModel { due_ms, ..Default::default() };
    let these = alarms::Entity::update_many().set(row).filter(alarms::Column::Id.is_in(ids));
    // If this fails, too, the database is away: then nothing else is told either.
    let _ = these.exec(&changes.db().write).await;
}

/// Nobody is told of what is gone before anybody was.
async fn forget_orphans(changes: &Changes, new: &[Alarm]) -> Result<(), DbErr> {
    let found = subjects::with_cards(&changes.db().read, new.to_vec()).await?;
    let gone: Vec<_> =
        found.iter().filter(|subject| subject.card.is_none()).map(|subject| subject.alarm.id).collect();
    if !gone.is_empty() {
        let rows = alarms::Entity::delete_many().filter(alarms::Column::Id.is_in(gone));
        rows.filter(alarms::Column::PostId.is_null()).exec(&changes.db().write).await?;
    }
    Ok(())
}

/// Publishes the post of alarms that nobody was told of, or adds them to one that is there.
async fn publish(changes: &Changes, teller: &Teller<'_>, unit: Unit) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let held = hold_of(&change, &unit).await?;
    let is_ours = |alarm: &Alarm, some: &[Subject]| some.iter().any(|subject| subject.alarm.id == alarm.id);
    let is_new = |alarm: &Alarm| {
        let is_due = alarm.due_ms.is_some_and(|due| due <= teller.now_ms);
        is_ours(alarm, &unit.new) && is_due && alarm.post_id.is_none() && alarm.state != State::Pending
    };
    // Nobody need be told twice of the same side.
    let is_hidden = |alarm: &Alarm| alarm.state == State::Raised && machine::has_worse(&held, alarm);
    let (hidden, new): (Vec<_>, Vec<_>) =
        held.iter().filter(|alarm| is_new(alarm)).cloned().partition(is_hidden);
    let is_alone = |alarm: &&Alarm| is_ours(alarm, &unit.alone) && alarm.post_id.is_some() && !alarm.grouped;
    let alone = held.iter().filter(is_alone).cloned().collect();
    let is_there = |subject: &Subject| subject.card.is_some();
    let mut new = subjects::with_cards(&change.tx, new).await?;
    new.retain(is_there);
    let alone = subjects::with_cards(&change.tx, alone).await?;
    let Some(first) = new.first() else { return settle(change, hidden).await };
    let owner = users::hold(&change.tx, unit.kind.owner).await?;
    let Some(owner) = owner.filter(|owner| owner.may_post() && users::may_sign_in(owner)) else {
        tracing::warn!(user.id = %unit.kind.owner.0, "Alarms are not told: their owner may not publish");
        let untold = new.into_iter().map(|subject| subject.alarm);
        return settle(change, untold.chain(hidden).collect()).await;
    };
    let by = Actor::server_for(&owner);
    for subject in &alone {
        if let Some(post) = hold_post(&change, subject.alarm.post_id).await? {
            // One that was withdrawn or has expired needs no end.
            let _ = resolve(&mut change, &by, post, Some(words::TOLD_TOGETHER.into())).await?;
        }
    }
    // What was for others then is not changed: there is another post.
    let post = match hold_post(&change, unit.post).await? {
        Some(post) if audience::is_as_now(&change.tx, &post, first).await? => Some(post),
        _ => None,
    };
    let is_earlier = |alarm: &&Alarm| post.as_ref().is_some_and(|post| alarm.post_id == Some(post.id));
    let earlier = held.iter().filter(is_earlier).cloned().collect();
    let mut all = subjects::with_cards(&change.tx, earlier).await?;
    let from = all.len();
    all.extend(new);
    all.extend(alone);
    let post = match post {
        Some(post) => again::retell(&mut change, &by, post, &all, true, teller).await?,
        None => {
            let Some(text) = text(&all, unit.is_group, teller) else { return change.undo().await };
            match publishing::publish(&mut change, &owner, &unit, text).await? {
                Some(post) => again::close_if_over(&mut change, &by, post, &all).await?,
                None => {
                    let untold = all.into_iter().map(|subject| subject.alarm).collect();
                    return settle(change, untold).await;
                }
            }
        }
    };
    let told = all.into_iter().skip(from).map(|subject| {
        let window = window(&subject);
        let due_ms = subject.alarm.calm_ms(window);
        Alarm { post_id: Some(post.id), grouped: unit.is_group, due_ms, ..subject.alarm }
    });
    settle(change, told.chain(hidden).collect()).await
}

fn text(all: &[Subject], is_group: bool, teller: &Teller<'_>) -> Option<Text> {
    if is_group { Some(words::together(all)) } else { words::alone(all.first()?, teller.zone, teller.away) }
}

/// The alarms of a unit, with whatever else its post and its cards have: in one statement, or two who hold them could wait
/// for each other.
async fn hold_of(change: &Change, unit: &Unit) -> Result<Vec<Alarm>, DbErr> {
    let cards: BTreeSet<_> =
        unit.new.iter().chain(&unit.alone).map(|subject| subject.alarm.card_id).collect();
    let mut which = Condition::any().add(alarms::Column::CardId.is_in(cards));
    if let Some(post) = unit.post {
        which = which.add(alarms::Column::PostId.eq(post));
    }
    hold_alarms(&change.tx, which).await
}

/// What its author has taken back, or what has expired, tells nothing more.
async fn hold_post(change: &Change, id: Option<i64>) -> Result<Option<Post>, DbErr> {
    let Some(id) = id else { return Ok(None) };
    Ok(hold(change, id).await?.filter(|post| !post.is_gone()))
}

/// These alarms until the transaction ends, in an order that all keep.
async fn hold_alarms(db: &impl ConnectionTrait, which: Condition) -> Result<Vec<Alarm>, DbErr> {
    let rows = alarms::Entity::find().filter(which).order_by_asc(alarms::Column::Id);
    rows.lock_exclusive().all(db).await
}

/// Writes alarms as they are told now, and commits. What was not told is not due any more.
async fn settle(change: Change, told: Vec<Alarm>) -> Result<(), DbErr> {
    let told: Vec<_> = told
        .into_iter()
        .map(|alarm| if alarm.post_id.is_none() { Alarm { due_ms: None, ..alarm } } else { alarm })
        .collect();
    rows::write(&change.tx, &told).await?;
    change.commit().await
}

fn window(subject: &Subject) -> Flapping {
    let rules = subject.card.as_ref().and_then(|card| card.rules.as_deref());
    rules.map(|rules| rules.flapping).unwrap_or_default()
}
