//! What time alone does: a card that says nothing falls silent, and what has lasted long enough is raised. Everything here
//! fails as the database does.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    domain::{
        alarms::{machine, rows},
        boards,
        cards::{Board, Card, writing},
        change::Changes,
    },
    entities::{
        alarms::{self, Model as Alarm, State},
        cards,
    },
};

/// So many cards are looked at in one transaction.
const MAX_TOGETHER: u64 = 500;

/// Raises what is due now, up to 500 cards; whether there may be more.
pub(super) async fn notice(changes: &Changes, now_ms: i64) -> Result<bool, DbErr> {
    let due = due_cards(&changes.db().read, now_ms).await?;
    if due.is_empty() {
        return Ok(false);
    }
    let mut change = changes.begin().await?;
    let held = hold(&change.tx, &due).await?;
    let ids: BTreeSet<_> = held.iter().map(|card| card.id.0).collect();
    let on = held.iter().map(|card| card.board).collect();
    let boards = boards::find_all(&change.tx, &BTreeSet::new(), on).await?;
    let boards: BTreeMap<_, _> = boards.into_iter().map(|board| (board.id, board)).collect();
    let mut of_cards = BTreeMap::<i64, Vec<Alarm>>::new();
    for alarm in rows::hold(&change.tx, &due).await? {
        of_cards.entry(alarm.card_id).or_default().push(alarm);
    }
    // What was to be raised of a card that is gone is not.
    let orphans = due.iter().filter(|id| !ids.contains(id)).copied();
    let pending = alarms::Column::State.eq(State::Pending);
    let orphans = alarms::Entity::delete_many().filter(alarms::Column::CardId.is_in(orphans)).filter(pending);
    orphans.exec(&change.tx).await?;
    let (mut kept, mut written) = (Vec::new(), Vec::new());
    for mut card in held {
        let mut alarms = of_cards.remove(&card.id.0).unwrap_or_default();
        let (card_before, alarms_before) = (card.clone(), alarms.clone());
        let paused = paused_until_ms(&card, boards.get(&card.board), now_ms);
        look(&mut card, &mut alarms, now_ms, paused);
        if card != card_before {
            kept.push(card);
        }
        if alarms != alarms_before {
            written.extend(alarms);
        }
    }
    if !kept.is_empty() {
        let rev = change.take_rev().await?;
        let kept: Vec<_> = kept.into_iter().map(|card| Card { rev, ..card }).collect();
        writing::rows::write(&change.tx, &kept).await?;
    }
    rows::write(&change.tx, &written).await?;
    change.commit().await?;
    Ok(due.len() as u64 >= MAX_TOGETHER)
}

fn look(card: &mut Card, alarms: &mut Vec<Alarm>, now_ms: i64, paused_until_ms: Option<i64>) {
    let window = card.rules.as_ref().map(|rules| rules.flapping).unwrap_or_default();
    for alarm in alarms.iter_mut() {
        alarm.ripen(now_ms, paused_until_ms, window);
    }
    if card.silent_ms.is_some_and(|silent| silent <= now_ms) {
        match paused_until_ms {
            // After a pause a report is waited for as after a report.
            Some(until) => card.silent_ms = card.rules.as_ref().and_then(|rules| rules.silent_ms(until)),
            None => machine::fall_silent(card, alarms, now_ms),
        }
    }
    card.raised = machine::worst(alarms);
}

/// Until when nothing of the card is raised; none if it is not paused.
pub(in crate::domain) fn paused_until_ms(card: &Card, board: Option<&Board>, now_ms: i64) -> Option<i64> {
    let pauses = [card.pause.as_deref(), board.and_then(|board| board.pause.as_deref())];
    let on = pauses.into_iter().flatten().filter(|pause| pause.is_on(now_ms));
    on.map(|pause| pause.until_ms).max()
}

/// The cards that have fallen silent, or of which something has lasted long enough.
async fn due_cards(db: &impl ConnectionTrait, now_ms: i64) -> Result<BTreeSet<i64>, DbErr> {
    let silent = cards::Entity::find()
        .select_only()
        .column(cards::Column::Id)
        .filter(cards::Column::SilentMs.lte(now_ms))
        .order_by_asc(cards::Column::SilentMs)
        .limit(MAX_TOGETHER)
        .into_tuple::<i64>();
    let lasting = alarms::Entity::find()
        .select_only()
        .column(alarms::Column::CardId)
        .filter(alarms::Column::DueMs.lte(now_ms))
        .filter(alarms::Column::State.eq(State::Pending))
        .order_by_asc(alarms::Column::DueMs)
        .limit(MAX_TOGETHER)
        .into_tuple::<i64>();
    let mut due: BTreeSet<_> = silent.all(db).await?.into_iter().collect();
    due.extend(lasting.all(db).await?);
    Ok(due)
}

/// These cards, in the order in which all hold them.
async fn hold(db: &impl ConnectionTrait, ids: &BTreeSet<i64>) -> Result<Vec<Card>, DbErr> {
    let rows = cards::Entity::find().filter(cards::Column::Id.is_in(ids.iter().copied()));
    let rows = rows.order_by_asc(cards::Column::Key).lock_exclusive().all(db).await?;
    Ok(rows.into_iter().map(Card::from).collect())
}
