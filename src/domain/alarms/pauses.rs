//! Pauses: until a time, a card, or all cards of a board, raise no alarms. What is raised stays so until it is over; what
//! is still so at the end is raised then. Whoever calls this has asked whether they may. Everything here fails as the
//! database does.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    clock,
    domain::{
        alarms::{machine, rows},
        audit::{Action, Actor, Entry},
        boards::Slug,
        cards::{Card, CardKey, Pause, writing},
        change::{Change, Changes},
    },
    entities::{
        alarms::{Model as Alarm, State},
        boards, cards,
    },
    text,
};

/// A pause lasts no longer; in milliseconds.
pub const MAX_MS: i64 = 366 * 24 * 60 * 60 * 1000;

/// Who pauses, and until when; none to go on.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// As the audit log names them.
    pub by: &'a Actor,
    /// As people read it.
    pub name: &'a str,
    /// Unix time in milliseconds.
    pub until_ms: Option<i64>,
}

/// Pauses a card, or has it go on; the card, if it is there.
pub async fn set_card(changes: &Changes, wish: &Wish<'_>, key: &CardKey) -> Result<Option<Card>, DbErr> {
    let mut change = changes.begin().await?;
    let held = cards::Entity::find().filter(cards::Column::Key.eq(key.as_str())).lock_exclusive();
    let Some(row) = held.one(&change.tx).await? else { return Ok(None) };
    let card = Card { pause: wish.pause(), ..Card::from(row) };
    record(&mut change, wish, format!("card {key}")).await?;
    let mut kept = vec![card];
    if wish.until_ms.is_none() {
        go_on(&change, &mut kept).await?;
    }
    let rev = change.take_rev().await?;
    kept.iter_mut().for_each(|card| card.rev = rev);
    writing::rows::write(&change.tx, &kept).await?;
    change.commit().await?;
    Ok(kept.pop())
}

/// Pauses a board, or has it go on; whether it is there.
pub async fn set_board(changes: &Changes, wish: &Wish<'_>, slug: &Slug) -> Result<bool, DbErr> {
    let mut change = changes.begin().await?;
    let of_slug = || boards::Entity::find().filter(boards::Column::Slug.eq(slug.as_str()));
    let Some(board) = of_slug().one(&change.tx).await? else { return Ok(false) };
    let on_it = cards::Entity::find()
        .filter(cards::Column::BoardId.eq(board.id))
        .filter(cards::Column::Alarm.is_not_null())
        .order_by_asc(cards::Column::Key);
    let mut kept = match wish.until_ms {
        Some(_) => Vec::new(),
        None => on_it.lock_exclusive().all(&change.tx).await?.into_iter().map(Card::from).collect(),
    };
    // Cards before their board, as who writes cards does.
    let Some(board) = of_slug().lock_exclusive().one(&change.tx).await? else { return Ok(false) };
    record(&mut change, wish, format!("board {slug}")).await?;
    go_on(&change, &mut kept).await?;
    let rev = change.take_rev().await?;
    kept.iter_mut().for_each(|card| card.rev = rev);
    writing::rows::write(&change.tx, &kept).await?;
    let row = boards::ActiveModel {
        paused_until_ms: Set(wish.until_ms),
        paused_by: Set(wish.until_ms.map(|_| wish.name.to_owned())),
        rev: Set(rev),
        ..Default::default()
    };
    boards::Entity::update_many().set(row).filter(boards::Column::Id.eq(board.id)).exec(&change.tx).await?;
    change.commit().await?;
    Ok(true)
}

/// What waited for the end of a pause is due now, and a report is waited for as after a report.
async fn go_on(change: &Change, kept: &mut [Card]) -> Result<(), DbErr> {
    let now_ms = clock::now_ms();
    for card in kept.iter_mut().filter(|card| card.silent_ms.is_some()) {
        card.silent_ms = card.rules.as_ref().and_then(|rules| rules.silent_ms(now_ms));
    }
    let ids: BTreeSet<_> = kept.iter().map(|card| card.id.0).collect();
    let rules: BTreeMap<_, _> = kept.iter().map(|card| (card.id.0, card.rules.clone())).collect();
    let pending = rows::hold(&change.tx, &ids).await?;
    let pending = pending.into_iter().filter(|alarm| alarm.state == State::Pending);
    let due = pending.map(|alarm| {
        let thresholds = rules.get(&alarm.card_id).and_then(|rules| rules.as_deref());
        let lasts = thresholds.and_then(|rules| {
            rules.thresholds.iter().find(|one| machine::cause(one) == alarm.cause).map(|one| one.for_s)
        });
        let since = alarm.since_ms.saturating_add(lasts.unwrap_or_default().saturating_mul(1000));
        Alarm { due_ms: Some(since.max(now_ms)), ..alarm }
    });
    rows::write(&change.tx, &due.collect::<Vec<_>>()).await
}

async fn record(change: &mut Change, wish: &Wish<'_>, about: String) -> Result<(), DbErr> {
    let entry = match wish.until_ms {
        Some(until_ms) => Entry::done(wish.by, Action::PauseAlarms, about)
            .detail(text::of("audit-until").with("time", clock::rfc3339(until_ms))),
        None => Entry::done(wish.by, Action::ResumeAlarms, about),
    };
    change.record(entry).await
}

impl Wish<'_> {
    fn pause(&self) -> Option<Box<Pause>> {
        self.until_ms.map(|until_ms| Box::new(Pause { until_ms, by: self.name.into() }))
    }
}

/// The end of a pause that lasts so many minutes from now, or what is wrong with that.
///
/// # Errors
/// When it is not a number of minutes up to a year.
pub fn until_after(minutes: &str) -> Result<i64, String> {
    let minutes = minutes.trim().parse::<i64>().ok().filter(|minutes| *minutes > 0);
    let until_ms = minutes.and_then(|minutes| minutes.checked_mul(60_000)?.checked_add(clock::now_ms()));
    until_ms.filter(|until_ms| is_end(*until_ms)).ok_or_else(|| text::say("pause-minutes"))
}

/// Whether a pause may end then.
pub fn is_end(until_ms: i64) -> bool {
    let left = until_ms.saturating_sub(clock::now_ms());
    (1..=MAX_MS).contains(&left)
}
