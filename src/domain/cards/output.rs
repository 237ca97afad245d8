//! What the work behind a card wrote last. It may hold secrets: it stands beside the card, not in it, so that it is in no
//! list and no stream, and it is shown to the card's owner and to administrators alone.

use std::collections::BTreeMap;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use crate::{
    clock,
    domain::cards::CardKey,
    entities::{card_outputs, cards},
    ids::CardId,
};

pub use crate::entities::card_outputs::Model as Output;

/// Bytes that a program may send.
const MAX_OUTPUT: usize = 4096;

/// What was written last, if anything was. Fails as the database does.
pub async fn find(db: &impl ConnectionTrait, card: CardId) -> Result<Option<Output>, DbErr> {
    card_outputs::Entity::find_by_id(card.0).one(db).await
}

/// Whether so much may be kept.
pub(super) fn check(given: Option<&Option<String>>) -> Result<(), String> {
    match given.and_then(Option::as_ref).map_or(0, String::len) {
        0..=MAX_OUTPUT => Ok(()),
        length => Err(format!("It has at most {MAX_OUTPUT} bytes; this one has {length}.")),
    }
}

/// Keeps what is there, and forgets what is not. Fails as the database does.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    outputs: &BTreeMap<CardKey, Option<String>>,
) -> Result<(), DbErr> {
    if outputs.is_empty() {
        return Ok(());
    }
    let ids = cards::Entity::find().select_only().columns([cards::Column::Id, cards::Column::Key]);
    let ids = ids.filter(cards::Column::Key.is_in(outputs.keys().map(CardKey::as_str)));
    let ids: Vec<(i64, String)> = ids.into_tuple().all(db).await?;
    let text = |key: &str| outputs.get(&CardKey::parse(key)?)?.as_deref().map(plain);
    let texts = ids.iter().map(|(id, key)| (*id, text(key).filter(|text| !text.is_empty())));
    let (kept, gone): (Vec<_>, Vec<_>) = texts.partition(|(_, text)| text.is_some());
    let gone = gone.into_iter().map(|(id, _)| id);
    card_outputs::Entity::delete_many().filter(card_outputs::Column::CardId.is_in(gone)).exec(db).await?;
    let rows = kept.into_iter().map(|(id, text)| card_outputs::ActiveModel {
        card_id: Set(id),
        text: Set(text.unwrap_or_default()),
        at_ms: Set(clock::now_ms()),
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut replace = OnConflict::column(card_outputs::Column::CardId);
    replace.update_columns([card_outputs::Column::Text, card_outputs::Column::AtMs]);
    card_outputs::Entity::insert_many(rows).on_conflict(replace).exec_without_returning(db).await?;
    Ok(())
}

/// Without what steers a terminal, and what a database does not take.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).collect()
}
