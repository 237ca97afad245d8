//! Accounts whose end has come. From that moment on they are good for nothing, since whoever asks compares the time.
//! Here it is written down, once, by whichever node finds it first, also if no server ran at that moment.

use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    domain::{
        access::many,
        audit::{Action, Actor},
        change::Changes,
        users::{self, DisabledBy},
    },
};

/// So many in one transaction, for which publishing waits.
const MAX_AT_ONCE: u64 = 50;

/// Writes down which accounts have ended, until `stop`.
pub async fn watch(changes: Changes, stop: CancellationToken) {
    let mut rounds = changes.db().rounds();
    while !stop.is_cancelled() {
        let next_ms = write_down(&changes).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "It could not be written down whose account has ended; tried again later");
            Some(clock::now_ms())
        });
        stop.run_until_cancelled(rounds.next(next_ms)).await;
    }
}

/// Writes down who has ended; when the next does.
async fn write_down(changes: &Changes) -> Result<Option<i64>, DbErr> {
    let next_ms = users::next_end_ms(&changes.db().read).await?;
    if next_ms.is_none_or(|next| next > clock::now_ms()) {
        return Ok(next_ms);
    }
    let ended = users::ended(&changes.db().read, MAX_AT_ONCE).await?;
    if ended.is_empty() {
        return Ok(next_ms);
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
        change.undo().await?;
    } else {
        change.commit().await?;
    }
    Ok(next_ms)
}
