//! What is so of posts for people, as it is written.

use std::collections::BTreeMap;

use sea_orm::{ActiveValue::Set, DbErr, EntityTrait, sea_query::OnConflict};

use crate::{clock, db::Transaction, domain::posts::receipts::queue::deeds::Deeds, entities::receipts};

/// SQLite takes at most 32,766 values in one statement.
pub(super) const MAX_ROWS: usize = 2000;

/// What is so of one post for one person.
#[derive(Clone, Copy)]
pub(super) struct ReceiptRow {
    /// The number of the post.
    pub(super) number: i64,
    /// Whether it is put back to be read later.
    pub(super) is_unread: bool,
    pub(super) snoozed_until_ms: Option<i64>,
    pub(super) snoozed_ms: Option<i64>,
}

/// Writes them under this rev, with what was said: of each only the columns that are others.
pub(super) async fn write(
    tx: &Transaction,
    rows: &BTreeMap<(i64, i64), ReceiptRow>,
    deeds: &Deeds,
    head: i64,
    rev: i64,
) -> Result<(), DbErr> {
    use receipts::Column::{
        AcknowledgedMs, AcknowledgedRev, Answer, AnsweredBy, AtMs, CallId, IsUnread, Note, PostId, ReadAt,
        RemindedMs, Rev, SnoozedMs, SnoozedUntilMs, TakenBy, TakenMs, Telephone, UserId,
    };
    let said =
        [AcknowledgedMs, AcknowledgedRev, Answer, Note, Telephone, CallId, TakenBy, TakenMs, AnsweredBy];
    let at_ms = clock::now_ms();
    let row = |(key, row): (&(i64, i64), &ReceiptRow)| receipts::ActiveModel {
        user_id: Set(key.0),
        post_id: Set(key.1),
        number: Set(row.number),
        read_at: Set(if row.is_unread { 0 } else { head }),
        is_unread: Set(row.is_unread),
        acknowledged_ms: Set(deeds.acknowledged_ms(*key)),
        acknowledged_rev: Set(deeds.has_changed(*key).then_some(rev)),
        answer: Set(deeds.answer_of(*key).map(|answer| answer.index)),
        note: Set(deeds.answer_of(*key).and_then(|answer| answer.note.clone())),
        telephone: Set(deeds.answer_of(*key).and_then(|answer| answer.telephone.clone())),
        reminded_ms: Set(deeds.by(*key).map(|_| at_ms)),
        rev: Set(rev),
        at_ms: Set(at_ms),
        snoozed_until_ms: Set(row.snoozed_until_ms),
        snoozed_ms: Set(row.snoozed_ms),
        call_id: Set(deeds.call_of(*key).id),
        taken_by: Set(deeds.call_of(*key).taken_by),
        taken_ms: Set(deeds.call_of(*key).taken_ms),
        answered_by: Set(deeds.by(*key).map(|by| by.0)),
    };
    let (done, others): (Vec<_>, Vec<_>) = rows.iter().partition(|(key, _)| deeds.has_changed(**key));
    let (told, done): (Vec<_>, Vec<_>) = done.into_iter().partition(|(key, _)| deeds.by(**key).is_some());
    let reading = [ReadAt, IsUnread, Rev, AtMs, SnoozedUntilMs, SnoozedMs];
    let done_columns = [&reading[..], &said].concat();
    let told_columns = [&done_columns[..], &[RemindedMs]].concat();
    for (rows, columns) in [(others, &reading[..]), (done, &done_columns), (told, &told_columns)] {
        let rows: Vec<_> = rows.into_iter().map(row).collect();
        for some in rows.chunks(MAX_ROWS) {
            let same = OnConflict::columns([UserId, PostId]).update_columns(columns.to_vec()).to_owned();
            receipts::Entity::insert_many(some.to_vec()).on_conflict(same).exec_without_returning(tx).await?;
        }
    }
    Ok(())
}
