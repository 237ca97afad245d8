//! One transaction's worth of edits: what they come to is found out in memory, on rows that are held until the commit, and
//! written at the end under one rev.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait, DbErr};
use tokio::sync::Notify;

use crate::{
    db::{self, AdvisoryLock},
    domain::{
        audit::Entry,
        boards::{self, Slug},
        cards::{
            Board, Card, CardError, CardKey, Fields, What, output,
            writing::{Edit, Job, Outcome, batch::posts::End, rows},
        },
        change::{Change, Changes},
    },
    ids::{BoardId, CardId},
    live::{State, state::Audience},
};

mod edits;
mod places;
mod posts;
mod watching;

/// Writes these; what became of each edit of each.
pub(super) async fn write(
    changes: &Changes,
    state: &State,
    alarms: &Notify,
    jobs: &[Job],
) -> Vec<Vec<Outcome>> {
    match db::with_timeout(commit(changes, state, alarms, jobs)).await {
        Ok(outcomes) => outcomes,
        Err(error) => {
            let failed = |job: &Job| job.edits.iter().map(|_| Err(error.clone().into())).collect();
            jobs.iter().map(failed).collect()
        }
    }
}

async fn commit(
    changes: &Changes,
    state: &State,
    alarms: &Notify,
    jobs: &[Job],
) -> Result<Vec<Vec<Outcome>>, DbErr> {
    // What is found out before the transaction keeps nobody else waiting who writes.
    let ahead = changes.look_ahead().await?;
    let found = match &ahead {
        Some(ahead) => Some(work_out(ahead.reader(), state, jobs).await?),
        None => None,
    };
    let mut change = changes.begin().await?;
    let (desk, mut outcomes) = match found.filter(|_| change.is_as_of(ahead)) {
        Some(found) => found,
        None => work_out(&change.tx, state, jobs).await?,
    };
    if desk.has_changed() {
        let has_alarms = desk.has_alarms();
        let rev = desk.write(&mut change, state).await?;
        change.commit().await?;
        if has_alarms {
            alarms.notify_one();
        }
        let kept = outcomes.iter_mut().flatten().filter_map(|outcome| outcome.as_mut().ok());
        kept.filter(|kept| kept.is_written).for_each(|kept| kept.card.rev = rev);
    } else {
        change.undo().await?;
    }
    Ok(outcomes)
}

/// What these edits come to.
async fn work_out(
    db: &impl ConnectionTrait,
    state: &State,
    jobs: &[Job],
) -> Result<(Desk, Vec<Vec<Outcome>>), DbErr> {
    let mut desk = Desk::open(db, state, jobs).await?;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let mut of_job = Vec::with_capacity(job.edits.len());
        for edit in &job.edits {
            let before = desk.watched(&edit.key);
            of_job.push(match desk.apply(db, job, edit).await {
                Err(CardError::Database(error)) => return Err(error),
                mut outcome => {
                    desk.note_output(edit, &outcome);
                    desk.look_for_alarms(job, edit, before, &mut outcome);
                    outcome
                }
            });
        }
        outcomes.push(of_job);
    }
    Ok((desk, outcomes))
}

/// The cards that are worked on, and the boards that they stand on.
struct Desk {
    cards: BTreeMap<CardKey, Slot>,
    boards: BTreeMap<Slug, Board>,
    /// How many there are, once somebody has asked: in all, and on each board.
    total: Option<u64>,
    on_board: BTreeMap<BoardId, u64>,
    /// Boards that are made get numbers of the database when they are written; until then these, below 0.
    new_boards: Vec<Slug>,
    entries: Vec<Entry>,
    /// What was written last behind cards; none to be forgotten.
    outputs: BTreeMap<CardKey, Option<String>>,
    /// Those that were removed, be it to be made again.
    removed: Vec<CardId>,
    /// Of which posts are to tell.
    ends: Vec<End>,
    /// The alarms of the cards that have some, or may.
    alarms: BTreeMap<CardKey, watching::Watched>,
}

/// A card as it was, and as it is to be.
#[derive(Default)]
struct Slot {
    before: Option<Card>,
    now: Option<Card>,
    is_changed: bool,
}

impl Desk {
    /// Holds the cards that are to be changed. Where some are not there, or a board is not, nobody else makes any until the
    /// transaction ends.
    async fn open(db: &impl ConnectionTrait, state: &State, jobs: &[Job]) -> Result<Self, DbErr> {
        let edits = || jobs.iter().flat_map(|job| &job.edits);
        let keys: BTreeSet<_> = edits().map(|edit| edit.key.clone()).collect();
        let named = edits().filter_map(|edit| edit.fields()?.board.as_deref()).filter_map(Slug::parse);
        let named: BTreeSet<_> = named.collect();
        let (mut held, mut boards) = hold(db, state, &keys, &named).await?;
        if held.len() < keys.len() || named.iter().any(|slug| !boards.contains_key(slug)) {
            db::take_lock(db, AdvisoryLock::MakeCards).await?;
            (held, boards) = hold(db, state, &keys, &named).await?;
        }
        let alarms = watching::hold(db, &held).await?;
        let mut cards: BTreeMap<_, _> = keys.into_iter().map(|key| (key, Slot::default())).collect();
        for card in held {
            if let Some(slot) = CardKey::parse(&card.key).and_then(|key| cards.get_mut(&key)) {
                *slot = Slot { before: Some(card.clone()), now: Some(card), is_changed: false };
            }
        }
        let (total, on_board, new_boards, entries) = (None, BTreeMap::new(), Vec::new(), Vec::new());
        let (outputs, removed, ends) = (BTreeMap::new(), Vec::new(), Vec::new());
        Ok(Self { cards, boards, total, on_board, new_boards, entries, outputs, removed, ends, alarms })
    }

    async fn apply(&mut self, db: &impl ConnectionTrait, job: &Job, edit: &Edit) -> Outcome {
        let now = self.now(&edit.key);
        let is_theirs = |card: &Card| job.keeper.owner.is_admin || card.owner == job.keeper.owner.user;
        // What is somebody else's looks as if it were not there; but its key is taken.
        if now.as_ref().is_some_and(|card| !is_theirs(card)) {
            return Err(CardError::NotFound);
        }
        match (&edit.what, now) {
            (What::Put(fields) | What::Merge(fields), None) => self.make(db, job, &edit.key, fields).await,
            (What::Put(fields), Some(card)) => {
                let fields = fields.as_ref().clone().set_anew();
                self.change(db, job, card, &fields).await
            }
            (_, None) => Err(CardError::NotFound),
            (What::Patch(fields) | What::Merge(fields), Some(card)) => {
                self.change(db, job, card, fields).await
            }
            (What::Report { value, version }, Some(card)) => self.report(job, card, value, *version),
            (What::Ping(ping), Some(card)) => self.ping(job, card, ping),
            (What::Remove, Some(card)) => self.remove(job, card),
        }
    }

    /// A card that may be alarming, as the edits so far make it.
    fn watched(&self, key: &CardKey) -> Option<Card> {
        let now = self.cards.get(key).and_then(|slot| slot.now.as_ref());
        now.filter(|card| card.rules.is_some()).cloned()
    }

    /// A card as the edits so far make it.
    fn now(&self, key: &CardKey) -> Option<Card> {
        self.cards.get(key).and_then(|slot| slot.now.clone())
    }

    fn has_changed(&self) -> bool {
        self.cards.values().any(|slot| slot.is_changed)
    }

    /// Writes what has changed under one rev, which it returns.
    async fn write(self, change: &mut Change, state: &State) -> Result<i64, DbErr> {
        // The log's numbers come before the state's.
        posts::publish(change, &self.ends).await?;
        let rev = change.take_rev().await?;
        let mut made = BTreeMap::new();
        for slug in &self.new_boards {
            if let Some(board) = self.boards.get(slug) {
                made.insert(board.id, boards::insert(&change.tx, board, rev).await?);
            }
        }
        let (mut reported, mut kept, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for slot in self.cards.into_values().filter(|slot| slot.is_changed) {
            // A card that was removed and made again in between is another one.
            match (slot.before, slot.now) {
                (Some(before), Some(card)) if rows::is_report(&before, &card) => {
                    reported.push(Card { rev, ..card });
                }
                (_, Some(mut card)) => {
                    card.board = made.get(&card.board).copied().unwrap_or(card.board);
                    kept.push(Card { rev, ..card });
                }
                (Some(card), None) => removed.push(card),
                (None, None) => {}
            }
        }
        rows::write_reports(&change.tx, &reported, rev).await?;
        rows::write(&change.tx, &kept).await?;
        rows::remove_addresses(&change.tx, &self.removed).await?;
        watching::write(change, self.alarms).await?;
        output::write(&change.tx, &self.outputs).await?;
        rows::remove(&change.tx, &removed, rev).await?;
        change.record_all(self.entries).await?;
        // Of others, memory reads what the database made of them.
        if made.is_empty() && kept.is_empty() && removed.is_empty() {
            change.hand_over(state, rev, reported);
        }
        Ok(rev)
    }
}

/// The cards of these keys, and the boards of these names and of those cards: in this order on every node.
async fn hold(
    db: &impl ConnectionTrait,
    state: &State,
    keys: &BTreeSet<CardKey>,
    named: &BTreeSet<Slug>,
) -> Result<(Vec<Card>, BTreeMap<Slug, Board>), DbErr> {
    let held = match state.hold(db, keys.iter().map(CardKey::as_str)).await? {
        Some(held) => held,
        None => rows::hold(db, keys).await?,
    };
    let ids = held.iter().map(|card| card.board).collect();
    let boards = boards::find_all(db, named, ids).await?;
    Ok((held, boards.into_iter().map(|board| (Slug::of(&board), board)).collect()))
}

impl Edit {
    fn fields(&self) -> Option<&Fields<Audience>> {
        match &self.what {
            What::Put(fields) | What::Merge(fields) | What::Patch(fields) => Some(fields),
            What::Report { .. } | What::Ping(_) | What::Remove => None,
        }
    }
}
