//! The task that brings back what was snoozed when its time is over. Every node has it; what is due is looked for once more under
//! the lock of its person, so it comes back once.

use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    db::{self, Db},
    domain::posts::receipts::{ReceiptQueue, What, queue::WeakReceiptQueue, snoozes},
    ids::UserId,
};

/// Brings back what is due, and goes on doing so until the stop.
pub async fn run(db: Db, queue: WeakReceiptQueue, stop: CancellationToken) {
    let mut rounds = db.rounds();
    while !stop.is_cancelled() {
        let Some(queue) = queue.upgrade() else { break };
        let next_ms = end_due(&db, &queue).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "What was snoozed could not be brought back; tried again in a second");
            Some(clock::now_ms())
        });
        drop(queue);
        stop.run_until_cancelled(rounds.next(next_ms)).await;
    }
    tracing::debug!("The task of snoozes has ended");
}

/// Brings back what is due; when the next is.
pub async fn end_due(db: &Db, queue: &ReceiptQueue) -> Result<Option<i64>, DbErr> {
    loop {
        let now_ms = clock::now_ms();
        let next_ms = db::with_timeout(snoozes::next_ms(&db.read)).await?;
        if next_ms.is_none_or(|next| next > now_ms) {
            return Ok(next_ms);
        }
        let people = db::with_timeout(snoozes::people_with_due(&db.read, now_ms)).await?;
        let written = people.iter().map(|user| queue.write(UserId(*user), What::EndSnoozes));
        futures_util::future::try_join_all(written).await?;
        if (people.len() as u64) < snoozes::MAX_TOGETHER {
            return Ok(next_ms);
        }
    }
}
