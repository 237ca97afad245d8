//! Which node looks for what is due, and since when nobody did. While nobody looked no report could come, so that time is
//! added to the grace of every card that was waited for. Everything here fails as the database does.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use crate::{
    db,
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

/// The id of the table's only row.
const ROW: i32 = 1;

/// While there is nothing to look for, it is asked so often, so that this is no gap; in milliseconds.
const QUIET_INTERVAL: i64 = 10_000;

/// How the watch stands for a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// This node looks.
    Ours {
        /// The last time that nobody did for long.
        away: Away,
        /// Whether anything is due.
        is_due: bool,
    },
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

/// Has this node look, if it may and there is something to look for; and when it is to ask again, in Unix milliseconds.
/// `looked_ms` is when it last asked; 0 at first.
pub(super) async fn take(
    changes: &Changes,
    node: &str,
    looked_ms: i64,
    now_ms: i64,
) -> Result<(Turn, i64), DbErr> {
    let db = &changes.db().read;
    let Some(due_ms) = first_due_ms(db).await? else { return Ok((Turn::Others, now_ms + QUIET_INTERVAL)) };
    let row = find(db).await?;
    if is_anothers(&row, node, now_ms) {
        return Ok((Turn::Others, row.ran_ms + TAKE_OVER));
    }
    let is_due = due_ms <= now_ms;
    let ours = |row: &Watch| {
        let away = Away { for_ms: row.away_ms, back_ms: row.back_ms };
        (Turn::Ours { away, is_due }, Ord::min(due_ms, row.ran_ms + WRITE_INTERVAL))
    };
    if row.node == node && (0..WRITE_INTERVAL).contains(&(now_ms - row.ran_ms)) {
        return Ok(ours(&row));
    }
    let mut change = changes.begin().await?;
    let held = alarm_watch::Entity::find_by_id(ROW).lock_exclusive().one(&change.tx).await?;
    let Some(mut row) = held.filter(|row| !is_anothers(row, node, now_ms)) else {
        change.undo().await?;
        return Ok((Turn::Others, now_ms));
    };
    // While there was nothing to look for, nothing was written.
    let gap = if row.ran_ms == 0 { 0 } else { now_ms - Ord::max(row.ran_ms, looked_ms) };
    if gap > MAX_GAP {
        shift(&mut change, row.ran_ms, gap).await?;
        (row.away_ms, row.back_ms) = (gap, now_ms);
    }
    row.ran_ms = now_ms;
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
    Ok(ours(&row))
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

async fn find(db: &impl ConnectionTrait) -> Result<Watch, DbErr> {
    let row = alarm_watch::Entity::find_by_id(ROW).one(db).await?;
    row.ok_or_else(|| DbErr::Custom("the watch for alarms has no row".into()))
}

/// When a card would be silent for too long, or an alarm is due: the first of all.
async fn first_due_ms(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let silence = db::first_ms::<cards::Entity>(db, cards::Column::SilentMs).await?;
    let alarm = db::first_ms::<alarms::Entity>(db, alarms::Column::DueMs).await?;
    Ok(db::earliest([silence, alarm]))
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
