//! The task that looks for what is due, at its time and when a report raises something: on one node at a time.

use std::sync::Arc;

use jiff::tz::TimeZone;
use sea_orm::DbErr;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    clock, db,
    domain::{
        alarms::{
            noticing, telling,
            watch::{self, Turn},
        },
        change::Changes,
        nodes::NodeId,
    },
};

/// Looks until the stop. Whoever reports what is due at once wakes it.
pub async fn run(changes: Changes, zone: TimeZone, node: NodeId, wake: Arc<Notify>, stop: CancellationToken) {
    let node = format!("{node:032x}");
    let mut rounds = changes.db().rounds();
    let mut looked_ms = 0;
    while !stop.is_cancelled() {
        let now_ms = clock::now_ms();
        let next_ms = match round(&changes, &zone, &node, looked_ms, now_ms).await {
            Ok(next_ms) => {
                looked_ms = now_ms;
                next_ms
            }
            Err(error) => {
                tracing::warn!(%error, "Alarms could not be looked after; tried again in a second");
                now_ms
            }
        };
        let rested = async {
            tokio::select! {
                () = rounds.next(Some(next_ms)) => {}
                () = wake.notified() => {}
            }
        };
        stop.run_until_cancelled(rested).await;
    }
    // If it cannot be left, it will be void soon.
    let _ = watch::leave(&changes.db().write, &node).await;
    tracing::debug!("The alarms task has ended");
}

/// Does what is due; when to look again.
async fn round(
    changes: &Changes,
    zone: &TimeZone,
    node: &str,
    looked_ms: i64,
    now_ms: i64,
) -> Result<i64, DbErr> {
    let (turn, next_ms) = db::with_timeout(watch::take(changes, node, looked_ms, now_ms)).await?;
    let Turn::Ours { away, is_due: true } = turn else { return Ok(next_ms) };
    while db::with_timeout(noticing::notice(changes, now_ms)).await? {}
    telling::tell(changes, &telling::Teller { zone, away, now_ms }).await?;
    Ok(next_ms)
}
