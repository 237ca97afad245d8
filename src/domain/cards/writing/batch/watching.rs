//! The alarms of the cards of a batch: each report is looked at, in order, those too that are replaced before the write.
//! Cards without alarms cost nothing.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::{
    domain::{
        alarms::{
            machine::{self, Report},
            noticing, rows,
        },
        cards::{
            Card, CardKey, What,
            writing::{Edit, Job, Outcome, batch::Desk},
        },
        change::Change,
    },
    entities::{alarms::Model as Alarm, cards},
};

/// The alarms of a card, as they were and as they are.
#[derive(Debug, Default)]
pub(super) struct Watched {
    before: Vec<Alarm>,
    now: Vec<Alarm>,
}

/// The alarms of those of these cards, which are held, that may have some.
pub(super) async fn hold(
    db: &impl ConnectionTrait,
    held: &[Card],
) -> Result<BTreeMap<CardKey, Watched>, DbErr> {
    let with_rules = held.iter().filter(|card| card.rules.is_some());
    let keys: BTreeMap<_, _> =
        with_rules.filter_map(|card| Some((card.id.0, CardKey::parse(&card.key)?))).collect();
    let ids: BTreeSet<_> = keys.keys().copied().collect();
    let mut watched: BTreeMap<CardKey, Watched> = BTreeMap::new();
    for alarm in rows::hold(db, &ids).await? {
        if let Some(key) = keys.get(&alarm.card_id) {
            let watched = watched.entry(key.clone()).or_default();
            watched.before.push(alarm.clone());
            watched.now.push(alarm);
        }
    }
    Ok(watched)
}

/// Writes the alarms that have changed. Cards that were made by this transaction have their numbers by now.
pub(super) async fn write(change: &Change, watched: BTreeMap<CardKey, Watched>) -> Result<(), DbErr> {
    let changed = watched.into_iter().filter(|(_, one)| one.before != one.now);
    let changed: Vec<_> = changed.map(|(key, one)| (key, one.now)).collect();
    let is_new = |alarms: &Vec<Alarm>| alarms.iter().any(|alarm| alarm.card_id == 0);
    let new = changed.iter().filter(|(_, alarms)| is_new(alarms)).map(|(key, _)| key.as_str());
    let new: Vec<_> = new.collect();
    let mut numbers = BTreeMap::new();
    if !new.is_empty() {
        let ids = cards::Entity::find().select_only().columns([cards::Column::Key, cards::Column::Id]);
        let ids = ids.filter(cards::Column::Key.is_in(new)).into_tuple::<(String, i64)>();
        numbers.extend(ids.all(&change.tx).await?);
    }
    let mut all = Vec::new();
    for (key, alarms) in changed {
        let number = numbers.get(key.as_str()).copied();
        all.extend(alarms.into_iter().filter_map(|mut alarm| {
            if alarm.card_id == 0 {
                alarm.card_id = number?;
            }
            Some(alarm)
        }));
    }
    rows::write(&change.tx, &all).await
}

impl Desk {
    /// Looks at what an edit made of a card.
    pub(super) fn look_for_alarms(
        &mut self,
        job: &Job,
        edit: &Edit,
        before: Option<Card>,
        outcome: &mut Outcome,
    ) {
        let Some(kept) = outcome.as_mut().ok().filter(|kept| kept.is_written) else { return };
        let Some(slot) = self.cards.get_mut(&edit.key) else { return };
        let Some(card) = &mut slot.now else {
            if let Some(watched) = self.alarms.get_mut(&edit.key) {
                machine::remove(&mut watched.now, job.at_ms);
            }
            return;
        };
        if card.rules.is_none() && !self.alarms.contains_key(&edit.key) {
            return;
        }
        let board = self.boards.values().find(|board| board.id == card.board);
        let report = Report {
            before: before.as_ref(),
            at_ms: job.at_ms,
            is_report: before.is_none() || is_report(edit),
            says_state: says_state(edit, before.as_ref(), card),
            paused_until_ms: noticing::paused_until_ms(card, board, job.at_ms),
        };
        let watched = self.alarms.entry(edit.key.clone()).or_default();
        machine::report(card, &mut watched.now, &report);
        kept.card = card.clone();
    }

    /// Whether alarms have changed.
    pub(super) fn has_alarms(&self) -> bool {
        self.alarms.values().any(|watched| watched.before != watched.now)
    }
}

/// Whether an edit says how things are. Who sets a card anew says so with all of it.
fn is_report(edit: &Edit) -> bool {
    match &edit.what {
        What::Patch(fields) | What::Merge(fields) => fields.is_report(),
        What::Put(_) | What::Report { .. } | What::Ping(_) | What::Remove => true,
    }
}

/// Whether an edit says how work or a status is. Of pings, only those that end something: the same end told again is not.
fn says_state(edit: &Edit, before: Option<&Card>, now: &Card) -> bool {
    match &edit.what {
        What::Ping(ping) => {
            ping.signal.is_end() && before.map(|before| &before.reading) != Some(&now.reading)
        }
        _ => edit.fields().is_some_and(|fields| fields.state.is_some()),
    }
}
