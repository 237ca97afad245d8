//! The rows of alarms. Who changes them holds their cards first. Everything here fails as the database does.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::NotSet,
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};

use crate::{
    entities::{
        alarms::{self, Model as Alarm, State},
        cards,
    },
    ids::BoardId,
};

/// SQLite takes at most 32,766 values in one statement.
const MAX_ROWS: usize = 1000;

/// The alarms of these cards: until the transaction ends, nobody else changes them.
pub(in crate::domain) async fn hold(
    db: &impl ConnectionTrait,
    cards: &BTreeSet<i64>,
) -> Result<Vec<Alarm>, DbErr> {
    if cards.is_empty() {
        return Ok(Vec::new());
    }
    let rows = alarms::Entity::find().filter(alarms::Column::CardId.is_in(cards.iter().copied()));
    rows.order_by_asc(alarms::Column::Id).lock_exclusive().all(db).await
}

/// Writes alarms, be they new or not.
pub(in crate::domain) async fn write(db: &impl ConnectionTrait, some: &[Alarm]) -> Result<(), DbErr> {
    use alarms::Column::{
        CardId, Cause, Changes, DueMs, EndedMs, Flapping, Grouped, Note, PostId, RaisedMs, Reading, Repeats,
        Severity, SinceMs, State, Was,
    };
    let mut replace = OnConflict::columns([CardId, Cause]);
    replace.update_columns([
        Changes, DueMs, EndedMs, Flapping, Grouped, Note, PostId, RaisedMs, Reading, Repeats, Severity,
        SinceMs, State, Was,
    ]);
    for rows in some.chunks(MAX_ROWS) {
        let rows = rows.iter().map(|alarm| {
            let row = ActiveModelTrait::reset_all(alarm.clone().into_active_model());
            alarms::ActiveModel { id: NotSet, ..row }
        });
        alarms::Entity::insert_many(rows).on_conflict(replace.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Says of all alarms of a board's cards that they are over, since the cards go.
pub(in crate::domain) async fn end_on_board(
    db: &impl ConnectionTrait,
    board: BoardId,
    now_ms: i64,
) -> Result<(), DbErr> {
    let on_it = Query::select()
        .column(cards::Column::Id)
        .from(cards::Entity)
        .and_where(cards::Column::BoardId.eq(board.0))
        .to_owned();
    alarms::Entity::update_many()
        .col_expr(alarms::Column::State, Expr::value(State::Ended))
        .col_expr(alarms::Column::Flapping, Expr::value(false))
        .col_expr(alarms::Column::EndedMs, Expr::value(now_ms))
        .col_expr(alarms::Column::DueMs, Expr::value(now_ms))
        .col_expr(alarms::Column::Note, Expr::value("The board was removed."))
        .filter(alarms::Column::CardId.in_subquery(on_it))
        .exec(db)
        .await
        .map(|_| ())
}
