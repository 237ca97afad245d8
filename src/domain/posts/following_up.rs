//! The task that does what is due for posts that ask something of their readers. Every node has it; what is due is claimed in
//! the database.

use jiff::tz::TimeZone;
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{
    clock, db,
    domain::{
        change::Changes,
        nodes::NodeId,
        posts::{
            escalation,
            reminders::{Looker, send_due},
            roster_header,
        },
    },
    live::{Hub, Log},
};

/// Does what is due, and goes on doing so until the stop.
pub async fn run(
    changes: Changes,
    (log, hub): (Log, Hub),
    zone: TimeZone,
    node: NodeId,
    stop: CancellationToken,
) {
    let node = format!("{node:032x}");
    let looker = Looker { node: &node, zone: &zone };
    let mut rounds = changes.db().rounds();
    while !stop.is_cancelled() {
        // Between two transactions, the stop does no harm: what is under way goes on after the next start.
        let Some(looked) = stop.run_until_cancelled(look(&changes, looker)).await else { break };
        let (is_sent, next_ms) = looked.unwrap_or_else(|error| {
            tracing::warn!(%error, "What is due for posts could not be done; tried again in a second");
            (false, Some(clock::now_ms()))
        });
        if is_sent {
            roster_header::tell(&log, &hub).await;
        }
        stop.run_until_cancelled(rounds.next(next_ms)).await;
    }
    tracing::debug!("The task of what is due for posts has ended");
}

/// Whether a reminder went out, and when the next thing is due.
async fn look(changes: &Changes, looker: Looker<'_>) -> Result<(bool, Option<i64>), DbErr> {
    let (is_sent, next_reminder_ms) = send_due(changes, looker).await?;
    let next_step_ms = escalation::take_due(changes, looker).await?;
    Ok((is_sent, db::earliest([next_reminder_ms, next_step_ms])))
}
