//! The rows of the cards of one transaction. Everything here fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, ExprTrait, IntoIden, OnConflict, Query, TableRef, ValueTuple},
};

use crate::{
    clock,
    domain::cards::{Card, CardKey},
    entities::{card_departures, cards, pings},
    ids::CardId,
};

/// SQLite takes at most 32,766 values in one statement.
const MAX_ROWS: usize = 1000;

/// The cards of these keys that are there, in the order of the keys: until the transaction ends, nobody changes them.
pub(super) async fn hold(db: &impl ConnectionTrait, keys: &BTreeSet<CardKey>) -> Result<Vec<Card>, DbErr> {
    let rows = cards::Entity::find()
        .filter(cards::Column::Key.is_in(keys.iter().map(CardKey::as_str)))
        .order_by_asc(cards::Column::Key)
        .lock_exclusive()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Card::from).collect())
}

/// Writes cards, be they new or not.
pub(in crate::domain) async fn write(db: &impl ConnectionTrait, kept: &[Card]) -> Result<(), DbErr> {
    use cards::Column::{
        Alarm, Audience, BoardId, MadeMs, Note, OwnerId, PausedBy, PausedUntilMs, Raised, Reading,
        ReportedMs, Rev, SilentMs, Title, TtlS, Url, Version,
    };
    let mut replace = OnConflict::column(cards::Column::Key);
    replace.update_columns([
        Alarm,
        Audience,
        BoardId,
        MadeMs,
        Note,
        OwnerId,
        PausedBy,
        PausedUntilMs,
        Raised,
        Reading,
        ReportedMs,
        Rev,
        SilentMs,
        Title,
        TtlS,
        Url,
        Version,
    ]);
    for some in kept.chunks(MAX_ROWS) {
        let rows = cards::Entity::insert_many(some.iter().map(row)).on_conflict(replace.clone());
        rows.exec_without_returning(db).await?;
    }
    Ok(())
}

/// Whether nothing of a card has changed but what a report changes.
pub(super) fn is_report(before: &Card, now: &Card) -> bool {
    let Card {
        id,
        key: _,
        board,
        owner,
        title,
        audience,
        details,
        version: _,
        reading: _,
        reported_ms: _,
        made_ms,
        rev: _,
        rules,
        raised: _,
        silent_ms: _,
        pause,
    } = before;
    (id, board, owner, made_ms) == (&now.id, &now.board, &now.owner, &now.made_ms)
        && (title, audience, details) == (&now.title, &now.audience, &now.details)
        && (rules, pause) == (&now.rules, &now.pause)
}

/// Writes what reports have changed of cards that are there.
pub(super) async fn write_reports(
    db: &impl ConnectionTrait,
    reported: &[Card],
    rev: i64,
) -> Result<(), DbErr> {
    use cards::Column::{Id, Raised, Reading, ReportedMs, Rev, SilentMs, Version};
    // Both databases call the columns of a list of values so.
    let given = |number: usize| Expr::col((Alias::new("given"), Alias::new(format!("column{number}"))));
    for some in reported.chunks(MAX_ROWS) {
        let rows = some.iter().map(|card| {
            ValueTuple::Many(vec![
                card.id.0.into(),
                card.reading.stored().into(),
                card.reported_ms.into(),
                card.version.into(),
                card.raised.map(|raised| raised.stored()).into(),
                card.silent_ms.into(),
            ])
        });
        let update = Query::update()
            .table(cards::Entity)
            .from(TableRef::ValuesList(rows.collect(), "given".into_iden()))
            .value(Rev, rev)
            .value(Reading, given(2))
            .value(ReportedMs, given(3))
            .value(Version, given(4))
            .value(Raised, given(5))
            .value(SilentMs, given(6))
            .and_where(Expr::col((cards::Entity, Id)).eq(given(1)))
            .to_owned();
        db.execute(&update).await?;
    }
    Ok(())
}

/// Removes cards, and remembers that for a day.
pub(super) async fn remove(db: &impl ConnectionTrait, removed: &[Card], rev: i64) -> Result<(), DbErr> {
    for some in removed.chunks(MAX_ROWS) {
        let ids = some.iter().map(|card| card.id.0);
        cards::Entity::delete_many().filter(cards::Column::Id.is_in(ids)).exec(db).await?;
        let left = some.iter().map(|card| card_departures::ActiveModel {
            rev: Set(rev),
            board_id: Set(card.board.0),
            key: Set(card.key.to_string()),
            left_ms: Set(clock::now_ms()),
        });
        card_departures::Entity::insert_many(left).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Removes the addresses by which cards are pinged: one that is made again in the place of another is not pinged by its.
pub(super) async fn remove_addresses(db: &impl ConnectionTrait, cards: &[CardId]) -> Result<(), DbErr> {
    for some in cards.chunks(MAX_ROWS) {
        let ids = some.iter().map(|card| card.0);
        pings::Entity::delete_many().filter(pings::Column::CardId.is_in(ids)).exec(db).await?;
    }
    Ok(())
}

fn row(card: &Card) -> cards::ActiveModel {
    cards::ActiveModel {
        id: NotSet,
        key: Set(card.key.to_string()),
        board_id: Set(card.board.0),
        owner_id: Set(card.owner.0),
        title: Set(card.title.to_string()),
        audience: Set(card.audience.as_ref().map(|audience| audience.stored())),
        url: Set(card.url().map(Into::into)),
        note: Set(card.note().map(Into::into)),
        ttl_s: Set(card.ttl_s()),
        version: Set(card.version),
        reading: Set(card.reading.stored()),
        reported_ms: Set(card.reported_ms),
        made_ms: Set(card.made_ms),
        rev: Set(card.rev),
        alarm: Set(card.rules.as_ref().map(|rules| rules.stored())),
        raised: Set(card.raised.map(|raised| raised.stored())),
        silent_ms: Set(card.silent_ms),
        paused_until_ms: Set(card.pause.as_ref().map(|pause| pause.until_ms)),
        paused_by: Set(card.pause.as_ref().map(|pause| pause.by.to_string())),
    }
}
