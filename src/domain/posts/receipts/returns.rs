//! The task that brings back what was snoozed when its time is over. Every node has it; what is due is looked for once more under
//! the lock of its person, so it comes back once.

use std::time::Duration;

use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    db::{self, Db},
    domain::posts::receipts::{ReceiptQueue, What, queue::WeakReceiptQueue, snoozes},
    ids::UserId,
};

/// What is due is noticed after so long.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Brings back what is due, and goes on doing so until the stop.
pub async fn run(db: Db, queue: WeakReceiptQueue, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let Some(queue) = queue.upgrade() else { break };
        if let Err(error) = end_due(&db, &queue).await {
            tracing::warn!(%error, "What was snoozed could not be brought back; tried again in a second");
        }
        drop(queue);
        stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await;
    }
    tracing::debug!("The task of snoozes has ended");
}

/// Brings back what is due.
pub async fn end_due(db: &Db, queue: &ReceiptQueue) -> Result<(), DbErr> {
    loop {
        let people = db::with_timeout(snoozes::people_with_due(&db.read, clock::now_ms())).await?;
        let written = people.iter().map(|user| queue.write(UserId(*user), What::EndSnoozes));
        futures_util::future::try_join_all(written).await?;
        if (people.len() as u64) < snoozes::MAX_TOGETHER {
            return Ok(());
        }
    }
}
