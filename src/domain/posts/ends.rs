//! The task that ends what posts have until a time: a post expires, and its pin ends, when the event is written, and never by a page's own clock, so
//! that lists, counts and streams agree. Every node has it; what is due is looked at once more when the post is held, so each
//! end is written once, whichever node finds it. What was said again meanwhile is told likewise. Whatever takes `changes` fails as the database does.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use tokio_util::sync::CancellationToken;

use crate::{
    clock, db,
    domain::{
        audit::Actor,
        change::Changes,
        posts::{changes, repeats},
    },
    entities::posts,
};

/// So many are looked for together.
const MAX_TOGETHER: u64 = 100;

/// Ends what is due, and goes on doing so until the stop.
pub async fn run(changes: Changes, stop: CancellationToken) {
    let mut rounds = changes.db().rounds();
    while !stop.is_cancelled() {
        let next_ms = end_due(&changes).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "What was to end could not be ended; tried again in a second");
            Some(clock::now_ms())
        });
        stop.run_until_cancelled(rounds.next(next_ms)).await;
    }
    tracing::debug!("The task of ends has ended");
}

/// Ends what is due; when the next is.
pub async fn end_due(changes: &Changes) -> Result<Option<i64>, DbErr> {
    let mut next_ms = None;
    for end in [End::OfPost, End::OfPin] {
        loop {
            let now_ms = clock::now_ms();
            let next = db::with_timeout(next(&changes.db().read, end)).await?;
            let due: Vec<_> = next.iter().filter(|(_, at)| *at <= now_ms).collect();
            for (post, _) in &due {
                db::with_timeout(bring(changes, end, *post, now_ms)).await?;
            }
            if (due.len() as u64) < MAX_TOGETHER {
                next_ms = db::earliest([next_ms, next.first().map(|(_, at)| *at)]);
                break;
            }
        }
    }
    Ok(db::earliest([next_ms, repeats::tell_due(changes).await?]))
}

/// Whether a post itself ends, or that it is pinned.
#[derive(Clone, Copy, Debug)]
enum End {
    OfPost,
    OfPin,
}

/// The posts that end next, and when.
async fn next(db: &impl ConnectionTrait, end: End) -> Result<Vec<(i64, i64)>, DbErr> {
    // As the indexes of these rows say it.
    let (column, waiting) = match end {
        End::OfPost => (
            posts::Column::ExpiresMs,
            "expires_ms IS NOT NULL AND expired_ms IS NULL AND withdrawn_ms IS NULL",
        ),
        End::OfPin => (posts::Column::PinnedUntilMs, "pinned_until_ms IS NOT NULL"),
    };
    // Those next in time, be they due or not: where no post has an end, PostgreSQL would look through all of them for those up
    // to a time.
    posts::Entity::find()
        .select_only()
        .columns([posts::Column::Id, column])
        .filter(Expr::cust(waiting))
        .order_by_asc(column)
        .limit(MAX_TOGETHER)
        .into_tuple()
        .all(db)
        .await
}

async fn bring(changes: &Changes, end: End, id: i64, now_ms: i64) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let Some(post) = changes::hold(&change, id).await? else { return change.undo().await };
    let is_due = |at: Option<i64>| at.is_some_and(|at| at <= now_ms);
    match end {
        End::OfPost if !post.is_gone() && is_due(post.expires_ms) => {
            changes::expire(&mut change, post).await?;
        }
        End::OfPin if is_due(post.pinned_until_ms) => {
            changes::unpin(&mut change, &Actor::server(), post).await?;
        }
        End::OfPost | End::OfPin => return change.undo().await,
    }
    change.commit().await
}
