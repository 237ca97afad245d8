//! What an edit makes of a card.

use sea_orm::ConnectionTrait;

use crate::{
    domain::{
        audit::{Action, Entry},
        cards::{
            Board, Card, CardError, CardKey, Fields, KeptCard, Ping, Reading, Value, ValueKind, What,
            fields::checked,
            ping,
            writing::{
                Edit, Job, Outcome,
                batch::{Desk, posts::End},
            },
        },
    },
    ids::{BoardId, CardId},
    live::state::Audience,
    text,
};

impl Desk {
    pub(super) async fn make(
        &mut self,
        db: &impl ConnectionTrait,
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
            details: None,
            version: fields.version,
            reading: Reading::Value(Value::default()),
            reported_ms: job.at_ms,
            made_ms: job.at_ms,
            rev: 0,
            rules: None,
            raised: None,
            silent_ms: None,
            pause: None,
        };
        fields.apply(&mut card, job.at_ms).map_err(CardError::Invalid)?;
        fields.note_token(&mut card.reading, &job.keeper);
        hold_to_groups(&mut card, job, fields)?;
        let Some(board) = &fields.board else {
            let problem = "Name the board that the card stands on; it is made if it is not there.".into();
            return Err(CardError::Invalid([("board", problem)].into()));
        };
        self.room_for_another(db).await?;
        let board = self.find_or_make_board(db, job, board, &card).await?;
        self.room_on_board(db, board.id).await?;
        card.board = board.id;
        let on_board = Entry::done(&job.keeper.by, Action::AddCard, format!("card {key}"));
        self.entries.push(on_board.detail(text::of("audit-board").with("board", &*board.slug)));
        Ok(self.keep(card, &board, true))
    }

    pub(super) async fn change(
        &mut self,
        db: &impl ConnectionTrait,
        job: &Job,
        before: Card,
        fields: &Fields<Audience>,
    ) -> Outcome {
        let mut card = before.clone();
        fields.apply(&mut card, job.at_ms).map_err(CardError::Invalid)?;
        fields.note_token(&mut card.reading, &job.keeper);
        hold_to_groups(&mut card, job, fields)?;
        let mut board = self.board_of(&card)?;
        // What is for others is not the program's to change, nor to take away from them.
        self.check_audience(&job.keeper, &before, &board)?;
        let moves_to = fields.board.as_deref().filter(|name| **name != *board.slug);
        // Before a board is made for it.
        if is_repetition(&before, &card, moves_to.is_some(), fields.version)? {
            self.check_audience(&job.keeper, &card, &board)?;
            return Ok(KeptCard { card: before, board: board.slug.into(), is_new: false, is_written: false });
        }
        if let Some(name) = moves_to {
            board = self.find_or_make_board(db, job, name, &card).await?;
            self.room_on_board(db, board.id).await?;
            if let Some(count) = self.on_board.get_mut(&before.board) {
                *count -= 1;
            }
        }
        self.check_audience(&job.keeper, &card, &board)?;
        card.board = board.id;
        card.version = fields.version.or(card.version);
        if fields.is_report() {
            card.reported_ms = job.at_ms;
        }
        Ok(self.keep(card, &board, false))
    }

    pub(super) fn report(
        &mut self,
        job: &Job,
        before: Card,
        value: &ValueKind,
        version: Option<i64>,
    ) -> Outcome {
        let mut card = before.clone();
        let Reading::Value(reading) = &mut card.reading else {
            let problem = format!("A card of the kind `{}` has no value.", card.reading.kind());
            return Err(CardError::Invalid([("value", problem)].into()));
        };
        let invalid = |problem| CardError::Invalid([("value", problem)].into());
        reading.value = Some(checked(value.clone()).map_err(invalid)?);
        let board = self.board_of(&card)?;
        self.check_audience(&job.keeper, &card, &board)?;
        if is_repetition(&before, &card, false, version)? {
            return Ok(KeptCard { card: before, board: board.slug.into(), is_new: false, is_written: false });
        }
        card.version = version.or(card.version);
        card.reported_ms = job.at_ms;
        Ok(self.keep(card, &board, false))
    }

    pub(super) fn ping(&mut self, job: &Job, before: Card, ping: &Ping) -> Outcome {
        if !ping::is_for(&before.reading) {
            let problem = format!("A card of the kind `{}` is not pinged.", before.reading.kind());
            return Err(CardError::Invalid([("kind", problem)].into()));
        }
        let board = self.board_of(&before)?;
        self.check_audience(&job.keeper, &before, &board)?;
        let mut card = before;
        ping.tell(&mut card.reading);
        card.reported_ms = ping.at_ms;
        Ok(self.keep(card, &board, false))
    }

    pub(super) fn remove(&mut self, job: &Job, card: Card) -> Outcome {
        let board = self.board_of(&card)?;
        self.check_audience(&job.keeper, &card, &board)?;
        self.entries.push(Entry::done(&job.keeper.by, Action::RemoveCard, format!("card {}", card.key)));
        self.removed.push(card.id);
        if let Some(slot) = CardKey::parse(&card.key).and_then(|key| self.cards.get_mut(&key)) {
            (slot.now, slot.is_changed) = (None, true);
        }
        Ok(KeptCard { card, board: board.slug.into(), is_new: false, is_written: true })
    }

    fn keep(&mut self, card: Card, board: &Board, is_new: bool) -> KeptCard {
        if let Some(slot) = CardKey::parse(&card.key).and_then(|key| self.cards.get_mut(&key)) {
            self.ends.extend(End::between(slot.now.as_ref(), &card, board));
            (slot.now, slot.is_changed) = (Some(card.clone()), true);
        }
        KeptCard { card, board: board.slug.clone().into(), is_new, is_written: true }
    }

    pub(super) fn note_output(&mut self, edit: &Edit, outcome: &Outcome) {
        if !outcome.as_ref().is_ok_and(|kept| kept.is_written) {
            return;
        }
        match (&edit.what, edit.fields().map(|fields| &fields.output)) {
            (What::Ping(ping), _) => {
                if let Some(output) = ping.output() {
                    self.outputs.insert(edit.key.clone(), output);
                }
            }
            (What::Put(_), Some(given)) => {
                self.outputs.insert(edit.key.clone(), given.clone().flatten());
            }
            (_, Some(Some(given))) => drop(self.outputs.insert(edit.key.clone(), given.clone())),
            // One that is made again in its place is another.
            (What::Remove, _) => drop(self.outputs.insert(edit.key.clone(), None)),
            _ => {}
        }
    }
}

/// Alarms are for no others than the token that asks for them may post to, now and when they are raised.
fn hold_to_groups(card: &mut Card, job: &Job, fields: &Fields<Audience>) -> Result<(), CardError> {
    let (Some(Some(_)), Some(rules)) = (&fields.alarm, card.rules.as_deref_mut()) else { return Ok(()) };
    if !rules.to.as_ref().is_none_or(|to| job.keeper.may_show_to(to)) {
        return Err(CardError::OtherGroups);
    }
    rules.only = job.keeper.only.as_ref().map(|only| only.iter().map(|group| group.0).collect());
    Ok(())
}

/// Whether this is what the card was told before, by its version.
fn is_repetition(before: &Card, now: &Card, moves: bool, version: Option<i64>) -> Result<bool, CardError> {
    match (version, before.version) {
        (Some(version), Some(known)) if version < known => Err(CardError::OldVersion(known)),
        (Some(version), Some(known)) if version == known => {
            if before == now && !moves {
                Ok(true)
            } else {
                Err(CardError::OldVersion(known))
            }
        }
        _ => Ok(false),
    }
}
