//! Which node looks for what is due, and since when nobody did. While nobody looked no report could come, so that time is
//! added to the grace of every card that was waited for. Everything here fails as the database does.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use crate::{
    domain::change::{Change, Changes},
    entities::{
        alarm_watch::{self, Model as Watch},
        alarms::{self, State},
        cards,
    },
};

/// How often it is written that somebody looks; in milliseconds.
const WRITE_INTERVAL: i64 = 4_000;

/// Another node takes over from one that was not heard of for so long; in milliseconds.
const TAKE_OVER: i64 = 12_000;

/// After so long without anybody, reports may be missing; in milliseconds.
const MAX_GAP: i64 = 20_000;

/// The one row.
const ROW: i32 = 1;

/// How the watch stands for a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It looks; the last time that nobody did for long, this long, until then; in milliseconds, and Unix milliseconds.
    Ours(Away),
    /// Another one looks, or there is nothing to look for.
    Others,
}

/// A time in which nobody looked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Away {
    /// How long it was; in milliseconds.
    pub(super) for_ms: i64,
    /// When it ended; Unix time in milliseconds.
    pub(super) back_ms: i64,
}

/// Has this node look, if it may and there is something to look for. `looked_ms` is when it last asked; 0 at first.
pub(super) async fn take(changes: &Changes, node: &str, looked_ms: i64, now_ms: i64) -> Result<Turn, DbErr> {
    let db = &changes.db().read;
    if !is_anything_watched(db).await? {
        return Ok(Turn::Others);
    }
    let row = find(db).await?;
    if is_anothers(&row, node, now_ms) {
        return Ok(Turn::Others);
    }
    if row.node == node && (0..WRITE_INTERVAL).contains(&(now_ms - row.ran_ms)) {
        return Ok(Turn::Ours(away(&row)));
    }
    let mut change = changes.begin().await?;
    let held = alarm_watch::Entity::find_by_id(ROW).lock_exclusive().one(&change.tx).await?;
    let Some(mut row) = held.filter(|row| !is_anothers(row, node, now_ms)) else {
        change.undo().await?;
        return Ok(Turn::Others);
    };
    // While there was nothing to look for, nothing was written.
    let gap = if row.ran_ms == 0 { 0 } else { now_ms - Ord::max(row.ran_ms, looked_ms) };
    if gap > MAX_GAP {
        shift(&mut change, row.ran_ms, gap).await?;
        (row.away_ms, row.back_ms) = (gap, now_ms);
    }
    let written = alarm_watch::Entity::update_many()
        .col_expr(alarm_watch::Column::Node, Expr::value(node))
        .col_expr(alarm_watch::Column::RanMs, Expr::value(now_ms))
        .col_expr(alarm_watch::Column::AwayMs, Expr::value(row.away_ms))
        .col_expr(alarm_watch::Column::BackMs, Expr::value(row.back_ms))
        .filter(alarm_watch::Column::Id.eq(ROW));
    written.exec(&change.tx).await?;
    change.commit().await?;
    if gap > MAX_GAP {
        let seconds = gap / 1000;
        tracing::warn!(
            seconds,
            "Nobody looked for silent cards meanwhile; each has so much longer to report"
        );
    }
    Ok(Turn::Ours(away(&row)))
}

/// Leaves the watch to another node at once.
pub(super) async fn leave(db: &impl ConnectionTrait, node: &str) -> Result<(), DbErr> {
    alarm_watch::Entity::update_many()
        .col_expr(alarm_watch::Column::Node, Expr::value(""))
        .filter(alarm_watch::Column::Node.eq(node))
        .exec(db)
        .await
        .map(|_| ())
}

fn is_anothers(row: &Watch, node: &str, now_ms: i64) -> bool {
    !row.node.is_empty() && row.node != node && (now_ms - row.ran_ms).abs() < TAKE_OVER
}

fn away(row: &Watch) -> Away {
    Away { for_ms: row.away_ms, back_ms: row.back_ms }
}

async fn find(db: &impl ConnectionTrait) -> Result<Watch, DbErr> {
    let row = alarm_watch::Entity::find_by_id(ROW).one(db).await?;
    row.ok_or_else(|| DbErr::Custom("the watch for alarms has no row".into()))
}

async fn is_anything_watched(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    let silence = cards::Entity::find().select_only().column(cards::Column::Id);
    let silence = silence.filter(cards::Column::SilentMs.is_not_null());
    let silence = silence.order_by_asc(cards::Column::SilentMs).limit(1).into_tuple::<i64>();
    if silence.one(db).await?.is_some() {
        return Ok(true);
    }
    let due = alarms::Entity::find().select_only().column(alarms::Column::Id);
    let due = due.filter(alarms::Column::DueMs.is_not_null());
    let due = due.order_by_asc(alarms::Column::DueMs).limit(1).into_tuple::<i64>();
    Ok(due.one(db).await?.is_some())
}

/// Gives every card that was waited for then so much longer, and every value that was beyond a threshold.
async fn shift(change: &mut Change, since_ms: i64, gap: i64) -> Result<(), DbErr> {
    let later = |column: Expr| column.add(gap);
    let rev = change.take_rev().await?;
    cards::Entity::update_many()
        .col_expr(cards::Column::SilentMs, later(Expr::col(cards::Column::SilentMs)))
        .col_expr(cards::Column::Rev, Expr::value(rev))
        .filter(cards::Column::SilentMs.is_not_null())
        .filter(cards::Column::ReportedMs.lte(since_ms))
        .exec(&change.tx)
        .await?;
    alarms::Entity::update_many()
        .col_expr(alarms::Column::DueMs, later(Expr::col(alarms::Column::DueMs)))
        .filter(alarms::Column::DueMs.is_not_null())
        .filter(alarms::Column::State.eq(State::Pending))
        .filter(alarms::Column::SinceMs.lte(since_ms))
        .exec(&change.tx)
        .await?;
    Ok(())
}
