//! Alarms whose post was taken back, or has expired: it tells nothing more. What is raised after that is another alarm, which is
//! told by a post of its own.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    domain::{alarms::rows, posts::Post},
    entities::alarms::{Model as Alarm, State},
    live::state::About,
};

/// Which of these, which are due, were raised since their post is gone.
pub(super) fn ids<'a>(post: Option<&Post>, due: impl Iterator<Item = &'a Alarm>) -> BTreeSet<i64> {
    let Some(gone_ms) = post.and_then(|post| post.withdrawn_ms.or(post.expired_ms)) else {
        return BTreeSet::new();
    };
    due.filter(|alarm| is_raised_since(alarm, gone_ms)).map(|alarm| alarm.id).collect()
}

fn is_raised_since(alarm: &Alarm, gone_ms: i64) -> bool {
    // Work that fails again and again is raised all the time, and due each time.
    let fails_again = alarm.about() == About::Failure && !alarm.flapping;
    let last_ms = if fails_again { alarm.due_ms.max(alarm.raised_ms) } else { alarm.raised_ms };
    alarm.state == State::Raised && last_ms.is_some_and(|last| last > gone_ms)
}

/// Writes them as alarms that nobody was told of. It fails as the database does.
pub(super) async fn write(
    db: &impl ConnectionTrait,
    some: impl Iterator<Item = Alarm>,
    now_ms: i64,
) -> Result<(), DbErr> {
    let untold = |alarm| Alarm { post_id: None, grouped: false, repeats: 1, due_ms: Some(now_ms), ..alarm };
    rows::write(db, &some.map(untold).collect::<Vec<_>>()).await
}
