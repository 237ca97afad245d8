//! The task that does what is due for posts that ask something of their readers. Every node has it; what is due is claimed in
//! the database.

use std::time::Duration;

use jiff::tz::TimeZone;
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{
    domain::{
        change::Changes,
        nodes::NodeId,
        posts::{
            beside, escalation,
            reminders::{Looker, send_due},
        },
    },
    live::{Hub, Log},
};

/// What is due is noticed after so long.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

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
    while !stop.is_cancelled() {
        // Between two transactions, the stop does no harm: what is under way goes on after the next start.
        match stop.run_until_cancelled(look(&changes, looker)).await {
            Some(Ok(is_done)) if is_done => beside::tell(&log, &hub).await,
            Some(Err(error)) => {
                tracing::warn!(%error, "What is due for posts could not be done; tried again in a second");
            }
            _ => {}
        }
        stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await;
    }
    tracing::debug!("The task of what is due for posts has ended");
}

/// Whether a reminder went out.
async fn look(changes: &Changes, looker: Looker<'_>) -> Result<bool, DbErr> {
    let is_sent = send_due(changes, looker).await?;
    escalation::take_due(changes, looker).await?;
    Ok(is_sent)
}
