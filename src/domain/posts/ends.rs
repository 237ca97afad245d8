//! The task that ends what posts have until a time: a post expires when its event is written, and never by a page's own clock, so
//! that lists, counts and streams agree. Every node has it; what is due is looked at once more when the post is held, so each
//! end is written once, whichever node finds it. Whatever takes `changes` fails as the database does.

use std::time::Duration;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock, db,
    domain::{
        change::Changes,
        posts::{Post, changes},
    },
    entities::posts,
};

/// What is due is noticed after so long.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// So many are looked for together.
const MAX_TOGETHER: u64 = 100;

/// What is to expire, as the index of these rows says it.
const EXPIRING: &str = "expires_ms IS NOT NULL AND expired_ms IS NULL AND withdrawn_ms IS NULL";

/// Ends what is due, and goes on doing so until the stop.
pub async fn run(changes: Changes, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = end_due(&changes).await {
            tracing::warn!(%error, "What was to expire could not be ended; tried again in a second");
        }
        stop.run_until_cancelled(tokio::time::sleep(LOOK_INTERVAL)).await;
    }
    tracing::debug!("The task of what expires has ended");
}

/// Ends what is due.
pub async fn end_due(changes: &Changes) -> Result<(), DbErr> {
    loop {
        let now_ms = clock::now_ms();
        let due = db::with_timeout(due(&changes.db().read, now_ms)).await?;
        for post in &due {
            db::with_timeout(expire(changes, *post, now_ms)).await?;
        }
        if (due.len() as u64) < MAX_TOGETHER {
            return Ok(());
        }
    }
}

/// The posts whose time is over, the longest first.
async fn due(db: &impl ConnectionTrait, now_ms: i64) -> Result<Vec<i64>, DbErr> {
    posts::Entity::find()
        .select_only()
        .column(posts::Column::Id)
        .filter(Expr::cust(EXPIRING))
        .filter(posts::Column::ExpiresMs.lte(now_ms))
        .order_by_asc(posts::Column::ExpiresMs)
        .limit(MAX_TOGETHER)
        .into_tuple()
        .all(db)
        .await
}

async fn expire(changes: &Changes, id: i64, now_ms: i64) -> Result<(), DbErr> {
    let mut change = changes.begin().await?;
    let post = changes::hold(&change, id).await?.filter(|post| is_due(post, now_ms));
    let Some(post) = post else { return change.undo().await };
    changes::expire(&mut change, post).await?;
    change.commit().await
}

fn is_due(post: &Post, now_ms: i64) -> bool {
    !post.is_gone() && post.expires_ms.is_some_and(|at| at <= now_ms)
}
