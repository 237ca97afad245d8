//! One transaction's worth of edits: what they come to is found out in memory, on rows that are held until the commit, and
//! written at the end under one rev.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::DbErr;

use crate::{
    db::{self, AdvisoryLock},
    domain::{
        audit::{Action, Entry},
        boards::{self, Slug},
        cards::{
            Board, Card, CardError, CardKey, Fields, Kept, Reading, Value, ValueKind, What,
            fields::checked,
            output,
            writing::{Edit, Job, Outcome, rows},
        },
        change::{Change, Changes},
    },
    ids::{BoardId, CardId},
    live::state::Audience,
};

mod places;

/// Writes these; what became of each edit of each.
pub(super) async fn write(changes: &Changes, jobs: &[Job]) -> Vec<Vec<Outcome>> {
    match db::with_timeout(commit(changes, jobs)).await {
        Ok(outcomes) => outcomes,
        Err(error) => {
            let failed = |job: &Job| job.edits.iter().map(|_| Err(error.clone().into())).collect();
            jobs.iter().map(failed).collect()
        }
    }
}

async fn commit(changes: &Changes, jobs: &[Job]) -> Result<Vec<Vec<Outcome>>, DbErr> {
    let mut change = changes.begin().await?;
    let mut desk = Desk::open(&change, jobs).await?;
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let mut of_job = Vec::with_capacity(job.edits.len());
        for edit in &job.edits {
            of_job.push(match desk.apply(&change, job, edit).await {
                Err(CardError::Database(error)) => return Err(error),
                outcome => {
                    desk.note_output(edit, &outcome);
                    outcome
                }
            });
        }
        outcomes.push(of_job);
    }
    if desk.has_changed() {
        let rev = desk.write(&mut change).await?;
        change.commit().await?;
        let kept = outcomes.iter_mut().flatten().filter_map(|outcome| outcome.as_mut().ok());
        kept.filter(|kept| kept.is_written).for_each(|kept| kept.card.rev = rev);
    } else {
        change.undo().await?;
    }
    Ok(outcomes)
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
    async fn open(change: &Change, jobs: &[Job]) -> Result<Self, DbErr> {
        let edits = || jobs.iter().flat_map(|job| &job.edits);
        let keys: BTreeSet<_> = edits().map(|edit| edit.key.clone()).collect();
        let named = edits().filter_map(|edit| edit.fields()?.board.as_deref()).filter_map(Slug::parse);
        let named: BTreeSet<_> = named.collect();
        let (mut held, mut boards) = hold(change, &keys, &named).await?;
        if held.len() < keys.len() || named.iter().any(|slug| !boards.contains_key(slug)) {
            db::take_lock(&change.tx, AdvisoryLock::MakeCards).await?;
            (held, boards) = hold(change, &keys, &named).await?;
        }
        let mut cards: BTreeMap<_, _> = keys.into_iter().map(|key| (key, Slot::default())).collect();
        for card in held {
            if let Some(slot) = CardKey::parse(&card.key).and_then(|key| cards.get_mut(&key)) {
                *slot = Slot { before: Some(card.clone()), now: Some(card), is_changed: false };
            }
        }
        let (total, on_board, new_boards, entries) = (None, BTreeMap::new(), Vec::new(), Vec::new());
        let outputs = BTreeMap::new();
        Ok(Self { cards, boards, total, on_board, new_boards, entries, outputs })
    }

    async fn apply(&mut self, change: &Change, job: &Job, edit: &Edit) -> Outcome {
        let now = self.cards.get(&edit.key).and_then(|slot| slot.now.clone());
        let is_theirs = |card: &Card| job.keeper.owner.is_admin || card.owner == job.keeper.owner.user;
        // What is somebody else's looks as if it were not there; but its key is taken.
        if now.as_ref().is_some_and(|card| !is_theirs(card)) {
            return Err(CardError::NotFound);
        }
        match (&edit.what, now) {
            (What::Put(fields) | What::Merge(fields), None) => {
                self.make(change, job, &edit.key, fields).await
            }
            (What::Put(fields), Some(card)) => {
                let fields = fields.as_ref().clone().set_anew();
                self.change(change, job, card, &fields).await
            }
            (_, None) => Err(CardError::NotFound),
            (What::Patch(fields) | What::Merge(fields), Some(card)) => {
                self.change(change, job, card, fields).await
            }
            (What::Report { value, version }, Some(card)) => self.report(job, card, value, *version),
            (What::Remove, Some(card)) => Ok(self.remove(job, card)),
        }
    }

    async fn make(
        &mut self,
        change: &Change,
        job: &Job,
        key: &CardKey,
        fields: &Fields<Audience>,
    ) -> Outcome {
        let mut card = Card {
            id: CardId(0),
            key: key.as_str().into(),
            board: BoardId(0),
            owner: job.keeper.owner.user,
            title: key.as_str().into(),
            audience: None,
            url: None,
            note: None,
            ttl_s: None,
            version: fields.version,
            reading: Reading::Value(Value::default()),
            reported_ms: job.at_ms,
            made_ms: job.at_ms,
            rev: 0,
        };
        fields.apply(&mut card, job.at_ms).map_err(CardError::Invalid)?;
        let Some(board) = &fields.board else {
            let problem = "Name the board that the card stands on; it is made if it is not there.".into();
            return Err(CardError::Invalid([("board", problem)].into()));
        };
        self.room_for_another(change).await?;
        let board = self.find_or_make_board(change, job, board, &card).await?;
        self.room_on_board(change, board.id).await?;
        card.board = board.id;
        let on_board = Entry::done(&job.keeper.by, Action::AddCard, format!("card {key}"));
        self.entries.push(on_board.detail(format!("on {}", board.slug)));
        Ok(self.keep(card, &board, true))
    }

    async fn change(
        &mut self,
        change: &Change,
        job: &Job,
        before: Card,
        fields: &Fields<Audience>,
    ) -> Outcome {
        let mut card = before.clone();
        fields.apply(&mut card, job.at_ms).map_err(CardError::Invalid)?;
        let board = match &fields.board {
            Some(name) => self.find_or_make_board(change, job, name, &card).await?,
            None => self.board_of(&card)?,
        };
        self.check_audience(&job.keeper, &card, &board)?;
        card.board = board.id;
        if is_repetition(&before, &card, fields.version)? {
            return Ok(Kept { card: before, board: board.slug.into(), is_new: false, is_written: false });
        }
        if card.board != before.board {
            self.room_on_board(change, card.board).await?;
            *self.on_board.entry(before.board).or_insert(1) -= 1;
        }
        card.version = fields.version.or(card.version);
        card.reported_ms = job.at_ms;
        Ok(self.keep(card, &board, false))
    }

    fn report(&mut self, job: &Job, before: Card, value: &ValueKind, version: Option<i64>) -> Outcome {
        let mut card = before.clone();
        let Reading::Value(reading) = &mut card.reading else {
            let problem = format!("A card of the kind `{}` has no value.", card.reading.kind());
            return Err(CardError::Invalid([("value", problem)].into()));
        };
        let invalid = |problem| CardError::Invalid([("value", problem)].into());
        reading.value = Some(checked(value.clone()).map_err(invalid)?);
        let board = self.board_of(&card)?;
        if is_repetition(&before, &card, version)? {
            return Ok(Kept { card: before, board: board.slug.into(), is_new: false, is_written: false });
        }
        card.version = version.or(card.version);
        card.reported_ms = job.at_ms;
        Ok(self.keep(card, &board, false))
    }

    fn remove(&mut self, job: &Job, card: Card) -> Kept {
        let board = self.board_of(&card).map(|board| board.slug.into()).unwrap_or_default();
        self.entries.push(Entry::done(&job.keeper.by, Action::RemoveCard, format!("card {}", card.key)));
        if let Some(slot) = CardKey::parse(&card.key).and_then(|key| self.cards.get_mut(&key)) {
            (slot.now, slot.is_changed) = (None, true);
        }
        Kept { card, board, is_new: false, is_written: true }
    }

    fn keep(&mut self, card: Card, board: &Board, is_new: bool) -> Kept {
        if let Some(slot) = CardKey::parse(&card.key).and_then(|key| self.cards.get_mut(&key)) {
            (slot.now, slot.is_changed) = (Some(card.clone()), true);
        }
        Kept { card, board: board.slug.clone().into(), is_new, is_written: true }
    }

    fn note_output(&mut self, edit: &Edit, outcome: &Outcome) {
        if !outcome.as_ref().is_ok_and(|kept| kept.is_written) {
            return;
        }
        match (&edit.what, edit.fields().map(|fields| &fields.output)) {
            (What::Put(_), Some(given)) => {
                self.outputs.insert(edit.key.clone(), given.clone().flatten());
            }
            (_, Some(Some(given))) => drop(self.outputs.insert(edit.key.clone(), given.clone())),
            // One that is made again in its place is another.
            (What::Remove, _) => drop(self.outputs.insert(edit.key.clone(), None)),
            _ => {}
        }
    }

    fn has_changed(&self) -> bool {
        self.cards.values().any(|slot| slot.is_changed)
    }

    /// Writes what has changed under one rev, which it returns.
    async fn write(self, change: &mut Change) -> Result<i64, DbErr> {
        let rev = change.take_rev().await?;
        let mut made = BTreeMap::new();
        for slug in &self.new_boards {
            if let Some(board) = self.boards.get(slug) {
                made.insert(board.id, boards::insert(&change.tx, board, rev).await?);
            }
        }
        let (mut kept, mut removed) = (Vec::new(), Vec::new());
        for slot in self.cards.into_values().filter(|slot| slot.is_changed) {
            // A card that was removed and made again in between is another one.
            match (slot.before, slot.now) {
                (_, Some(mut card)) => {
                    card.board = made.get(&card.board).copied().unwrap_or(card.board);
                    kept.push(Card { rev, ..card });
                }
                (Some(card), None) => removed.push(card),
                (None, None) => {}
            }
        }
        rows::write(&change.tx, &kept).await?;
        output::write(&change.tx, &self.outputs).await?;
        rows::remove(&change.tx, &removed, rev).await?;
        change.record_all(self.entries).await?;
        Ok(rev)
    }
}

/// The cards of these keys, and the boards of these names and of those cards: in this order on every node.
async fn hold(
    change: &Change,
    keys: &BTreeSet<CardKey>,
    named: &BTreeSet<Slug>,
) -> Result<(Vec<Card>, BTreeMap<Slug, Board>), DbErr> {
    let held = rows::hold(&change.tx, keys).await?;
    let ids = held.iter().map(|card| card.board).collect();
    let boards = boards::find_all(&change.tx, named, ids).await?;
    Ok((held, boards.into_iter().map(|board| (Slug::of(&board), board)).collect()))
}

/// Whether this is what the card was told before, by its version.
fn is_repetition(before: &Card, now: &Card, version: Option<i64>) -> Result<bool, CardError> {
    match (version, before.version) {
        (Some(version), Some(known)) if version < known => Err(CardError::OldVersion(known)),
        (Some(version), Some(known)) if version == known => {
            if before == now {
                Ok(true)
            } else {
                Err(CardError::OldVersion(known))
            }
        }
        _ => Ok(false),
    }
}

impl Edit {
    fn fields(&self) -> Option<&Fields<Audience>> {
        match &self.what {
            What::Put(fields) | What::Merge(fields) | What::Patch(fields) => Some(fields),
            What::Report { .. } | What::Remove => None,
        }
    }
}
