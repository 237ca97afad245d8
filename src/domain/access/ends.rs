//! Accounts whose end has come. From that moment on they are good for nothing, since whoever asks compares the time.
//! Here it is written down, once, by whichever node finds it first, also if no server ran at that moment.

use std::time::Duration;

use sea_orm::DbErr;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::domain::{
    access::many,
    audit::{Action, Actor},
    change::Changes,
    users::{self, DisabledBy},
};

/// How long it may take until it is written down.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// So many in one transaction, for which publishing waits.
const MAX_AT_ONCE: u64 = 50;

/// Writes down which accounts have ended, until `stop`.
pub async fn watch(changes: Changes, stop: CancellationToken) {
    let mut looks = tokio::time::interval(LOOK_INTERVAL);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(looks.tick()).await.is_some() {
        if let Err(error) = write_down(&changes).await {
            tracing::warn!(%error, "It could not be written down whose account has ended; tried again later");
        }
    }
}

async fn write_down(changes: &Changes) -> Result<(), DbErr> {
    let ended = users::ended(&changes.db().read, MAX_AT_ONCE).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let mut change = changes.begin().await?;
    many::disable(
        &mut change,
        &Actor::server(),
        Action::EndAccount,
        &ended,
        DisabledBy::End,
        users::who_have_ended(),
    )
    .await?;
    if change.is_empty() {
        return change.undo().await;
    }
    change.commit().await
}
