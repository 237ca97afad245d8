//! Alarms with what they are about, and which of them belong together. Everything here fails as the database does.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{
    domain::{
        alarms::machine,
        boards,
        cards::{Board, Card},
    },
    entities::{
        alarms::{self, Model as Alarm, State},
        cards,
        posts::Severity,
    },
    ids::UserId,
    live::state::Audience,
};

/// More alarms of one board than these within a minute become one post.
const MAX_ALONE: usize = 5;

/// Milliseconds within which they are counted.
const WINDOW: i64 = 60_000;

/// So many alarms are looked at at a time.
const MAX_TOGETHER: u64 = 2_000;

/// Cards that are read in one statement.
const MAX_ROWS: usize = 1_000;

/// An alarm, and what it is about, if that is still there.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) alarm: Alarm,
    pub(super) card: Option<Card>,
    pub(super) board: Option<Board>,
}

/// What alarms have in common that one post may tell of: whose they are, whom they are for, and how urgent they are.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SubjectKind {
    pub(super) owner: UserId,
    audiences: String,
    pub(super) only: Option<Vec<i64>>,
    severity: u8,
}

/// Alarms that one post is to tell of.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) kind: SubjectKind,
    pub(super) severity: Severity,
    /// It is for whoever is meant by all of these.
    pub(super) audiences: Vec<Audience>,
    /// The post that is there for them already.
    pub(super) post: Option<i64>,
    /// Those that nobody was told of.
    pub(super) new: Vec<Subject>,
    /// Those that were told alone, and are told with the others from now on.
    pub(super) alone: Vec<Subject>,
    /// Whether the post is for several.
    pub(super) is_group: bool,
}

impl Subject {
    /// Its kind, and whom it is for; none if the card is gone.
    pub(super) fn kind(&self) -> Option<(SubjectKind, Vec<Audience>)> {
        let card = self.card.as_ref()?;
        let audiences = self.audiences()?;
        let only = card.rules.as_deref().and_then(|rules| rules.only.clone());
        let severity = machine::rank(self.alarm.severity);
        let stored = audiences.iter().map(Audience::stored).collect();
        Some((SubjectKind { owner: card.owner, audiences: stored, only, severity }, audiences))
    }

    /// Whom it is for: whom its owner chose, or whoever may see the card. None if the card is gone.
    pub(super) fn audiences(&self) -> Option<Vec<Audience>> {
        let (card, board) = (self.card.as_ref()?, self.board.as_ref()?);
        let chosen = card.rules.as_deref().and_then(|rules| rules.to.clone());
        Some(chosen.map_or_else(|| card.audiences(board), |to| vec![to]))
    }

    fn board_id(&self) -> i64 {
        self.card.as_ref().map(|card| card.board.0).unwrap_or_default()
    }
}

/// What is due to be told.
pub(super) async fn due(db: &impl ConnectionTrait, now_ms: i64) -> Result<Vec<Alarm>, DbErr> {
    alarms::Entity::find()
        .filter(alarms::Column::DueMs.lte(now_ms))
        .filter(alarms::Column::State.ne(State::Pending))
        .order_by_asc(alarms::Column::DueMs)
        .limit(MAX_TOGETHER)
        .all(db)
        .await
}

/// What was raised within the last minute.
async fn recent(db: &impl ConnectionTrait, now_ms: i64) -> Result<Vec<Alarm>, DbErr> {
    alarms::Entity::find()
        .filter(alarms::Column::RaisedMs.gt(now_ms - WINDOW))
        .order_by_desc(alarms::Column::RaisedMs)
        .limit(MAX_TOGETHER)
        .all(db)
        .await
}

/// The alarms with their cards and boards.
pub(super) async fn with_cards(db: &impl ConnectionTrait, alarms: Vec<Alarm>) -> Result<Vec<Subject>, DbErr> {
    let ids: BTreeSet<_> = alarms.iter().map(|alarm| alarm.card_id).collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut found = BTreeMap::new();
    for some in ids.chunks(MAX_ROWS) {
        let rows = cards::Entity::find().filter(cards::Column::Id.is_in(some.iter().copied()));
        found.extend(rows.all(db).await?.into_iter().map(|row| (row.id, Card::from(row))));
    }
    let mut on = BTreeMap::new();
    for board in found.values().map(|card: &Card| card.board).collect::<BTreeSet<_>>() {
        if let Some(found) = boards::find_by_id(db, board).await? {
            on.insert(board, found);
        }
    }
    let subject = |alarm: Alarm| {
        let card = found.get(&alarm.card_id).cloned();
        let board = card.as_ref().and_then(|card| on.get(&card.board)).cloned();
        Subject { alarm, card, board }
    };
    Ok(alarms.into_iter().map(subject).collect())
}

/// What is of one kind: for whom it is, of what nobody was told yet, and of what somebody was.
#[derive(Default)]
struct OfKind {
    audiences: Vec<Audience>,
    new: Vec<Subject>,
    told: Vec<Subject>,
}

/// Which of these, of which nobody was told, belong together.
pub(super) async fn units(
    db: &impl ConnectionTrait,
    new: Vec<Alarm>,
    now_ms: i64,
) -> Result<Vec<Unit>, DbErr> {
    let ids: BTreeSet<_> = new.iter().map(|alarm| alarm.id).collect();
    let told = recent(db, now_ms).await?;
    let told = told.into_iter().filter(|alarm| alarm.post_id.is_some() && !ids.contains(&alarm.id)).collect();
    let (new, told) = (with_cards(db, new).await?, with_cards(db, told).await?);
    let mut kinds = BTreeMap::<SubjectKind, OfKind>::new();
    for (is_new, subject) in
        new.into_iter().map(|one| (true, one)).chain(told.into_iter().map(|one| (false, one)))
    {
        let Some((kind, audiences)) = subject.kind() else { continue };
        let of_kind = kinds.entry(kind).or_insert_with(|| OfKind { audiences, ..OfKind::default() });
        if is_new { of_kind.new.push(subject) } else { of_kind.told.push(subject) }
    }
    let mut units = Vec::new();
    for (kind, OfKind { audiences, new, told }) in kinds {
        if let Some(first) = new.first() {
            let severity = first.alarm.severity;
            units.extend(together(&kind, severity, &audiences, new, told));
        }
    }
    Ok(units)
}

/// Of one kind, those that belong together, and those that stand alone.
fn together(
    kind: &SubjectKind,
    severity: Severity,
    audiences: &[Audience],
    new: Vec<Subject>,
    told: Vec<Subject>,
) -> Vec<Unit> {
    let mut counts = BTreeMap::<i64, usize>::new();
    for subject in new.iter().chain(&told) {
        *counts.entry(subject.board_id()).or_default() += 1;
    }
    let grouped = |subject: &&Subject| subject.alarm.grouped;
    let post = told.iter().filter(grouped).filter_map(|subject| subject.alarm.post_id).max();
    let has_post: BTreeSet<_> = told.iter().filter(grouped).map(Subject::board_id).collect();
    let is_many = |subject: &Subject| {
        let board = subject.board_id();
        counts.get(&board).is_some_and(|count| *count > MAX_ALONE) || has_post.contains(&board)
    };
    let unit = |post, new, alone, is_group| Unit {
        kind: kind.clone(),
        severity,
        audiences: audiences.to_vec(),
        post,
        new,
        alone,
        is_group,
    };
    let (many, few): (Vec<_>, Vec<_>) = new.into_iter().partition(is_many);
    let mut units: Vec<_> =
        few.into_iter().map(|subject| unit(None, vec![subject], Vec::new(), false)).collect();
    if !many.is_empty() {
        let alone = told.iter().filter(|subject| !subject.alarm.grouped && is_many(subject)).cloned();
        units.push(unit(post, many, alone.collect(), true));
    }
    units
}
