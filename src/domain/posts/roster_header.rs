//! What a roster says beside its numbers and its people: what became of the post, who coordinates it, its reminders, its
//! escalation. An open roster is told a digest of it, and shows it anew when that is another. It fails as the database does.

use std::hash::{DefaultHasher, Hash, Hasher};

use sea_orm::{ActiveEnum, ConnectionTrait, DbErr};

use crate::{
    domain::{
        change::Change,
        posts::{
            Post, coordinators, escalation,
            reminders::schedule::{self, KeptSchedule},
            roster::Numbers,
        },
    },
    live::{Hub, Log},
};

/// The same as long as all of that is.
pub async fn digest(db: &impl ConnectionTrait, post: &Post, numbers: &Numbers) -> Result<String, DbErr> {
    let mut hasher = DefaultHasher::new();
    (post.version, numbers.outstanding > 0, coordinators::name(db, post).await?).hash(&mut hasher);
    let reminders = schedule::find(db, post).await?;
    let reminders = reminders
        .map(|kept: KeptSchedule| (kept.sent, kept.next_ms, kept.claimed_ms.is_some(), kept.stopped_ms));
    reminders.hash(&mut hasher);
    for step in escalation::find(db, post).await? {
        (step.name, step.due_ms, step.done_ms, step.outcome.map(|outcome| outcome.to_value()))
            .hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Commits that something goes out no more, and tells the pages that show it; what had stopped already is no change. It fails as
/// the database does.
pub async fn commit_stop(change: Change, is_stopped: bool, log: &Log, hub: &Hub) -> Result<(), DbErr> {
    if is_stopped {
        change.commit().await?;
    } else {
        change.undo().await?;
    }
    tell(log, hub).await;
    Ok(())
}

/// Has the rosters that are open on this node looked at anew: what is in no event. Other nodes look every ten seconds
/// (`posts/deliveries`).
pub async fn tell(log: &Log, hub: &Hub) {
    let watched = hub.watched_rosters();
    if !watched.is_empty() {
        log.note_roster_change();
        hub.deliver_to_watchers(&watched).await;
    }
}
