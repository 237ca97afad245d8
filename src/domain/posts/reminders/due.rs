//! The reminders that are due: one node sends each, which the row of the schedule says. What was under way when a server was
//! killed goes on where it was, since each person's has a key. Everything here fails as the database does.

use sea_orm::{
    ColumnTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

use crate::{
    clock, db,
    domain::{
        audit::{Action, Actor, Entry},
        change::Changes,
        posts::{
            Post, Severity, changes,
            reminders::{
                Reminder, everybody,
                schedule::{KeptSchedule, minutes_ms},
                send,
            },
            roster::View,
        },
        users,
    },
    entities::{
        post_acts,
        reminder_schedules::{self as table, Column},
    },
    ids::UserId,
    text,
};

/// So many posts are looked at in one round; the rest is due a second later.
const MAX_TOGETHER: u64 = 100;

/// Another node takes over from one that was not heard of for so long; in milliseconds.
pub(in crate::domain::posts) const TAKE_OVER: i64 = 12_000;

/// Who looks after what is due.
#[derive(Clone, Copy, Debug)]
pub(in crate::domain::posts) struct Looker<'a> {
    pub(in crate::domain::posts) node: &'a str,
    /// In which quiet hours are, for whoever chose none.
    pub(in crate::domain::posts) zone: &'a jiff::tz::TimeZone,
}

/// Sends what is due; whether anything was, and when the next is.
pub(in crate::domain::posts) async fn send_due(
    changes: &Changes,
    looker: Looker<'_>,
) -> Result<(bool, Option<i64>), DbErr> {
    let now_ms = clock::now_ms();
    let next_ms = db::first_ms::<table::Entity>(&changes.db().read, Column::NextMs).await?;
    if next_ms.is_none_or(|next| next > now_ms) {
        return Ok((false, next_ms));
    }
    let mut is_sent = false;
    let due = table::Entity::find()
        .select_only()
        .column(Column::PostId)
        .filter(Column::NextMs.lte(now_ms))
        .order_by_asc(Column::NextMs)
        .limit(MAX_TOGETHER);
    for post in due.into_tuple::<i64>().all(&changes.db().read).await? {
        if let Some((post, kept)) = claim(changes, looker.node, post).await? {
            let count = send_one(changes, looker, &post, &kept).await?;
            tracing::debug!(post.id, count, "Readers were reminded");
            is_sent = true;
        }
    }
    Ok((is_sent, next_ms))
}

/// Has this node send the post's next reminder, or go on with it; `None`, if another one does, or there is none to be sent.
async fn claim(changes: &Changes, node: &str, post: i64) -> Result<Option<(Post, KeptSchedule)>, DbErr> {
    let (now_ms, is_shared) = (clock::now_ms(), changes.db().is_shared());
    let change = changes.begin().await?;
    let post = changes::hold(&change, post).await?;
    let Some(post) = post else { return change.undo().await.map(|()| None) };
    let kept = table::Entity::find_by_id(post.id).lock_exclusive().one(&change.tx).await?;
    let is_anothers = |kept: &KeptSchedule| {
        let is_fresh = kept.claimed_ms.is_some_and(|since| (now_ms - since).abs() < TAKE_OVER);
        is_shared && kept.node != node && is_fresh
    };
    let is_due = |kept: &KeptSchedule| kept.next_ms.is_some_and(|next| next <= now_ms) && !is_anothers(kept);
    let Some(mut kept) = kept.filter(is_due) else { return change.undo().await.map(|()| None) };
    let is_asking = post.is_asking();
    if !is_asking {
        (kept.next_ms, kept.claimed_ms) = (None, None);
    } else {
        kept.sent += i32::from(kept.claimed_ms.is_none());
        (kept.node, kept.claimed_ms) = (node.to_owned(), Some(now_ms));
    }
    let write = table::Entity::update_many()
        .col_expr(Column::NextMs, Expr::value(kept.next_ms))
        .col_expr(Column::Sent, Expr::value(kept.sent))
        .col_expr(Column::Node, Expr::value(kept.node.as_str()))
        .col_expr(Column::ClaimedMs, Expr::value(kept.claimed_ms))
        .filter(Column::PostId.eq(post.id));
    write.exec(&change.tx).await?;
    change.commit().await?;
    Ok(is_asking.then_some((post, kept)))
}

async fn send_one(
    changes: &Changes,
    looker: Looker<'_>,
    post: &Post,
    kept: &KeptSchedule,
) -> Result<u64, DbErr> {
    let author = users::find(&changes.db().read, UserId(post.author_id)).await?;
    let by = author.map_or_else(Actor::server, |author| Actor::server_for(&author));
    let reminder = Reminder {
        by: &by,
        post,
        to: everybody(),
        key: format!("schedule-{}-{}", post.id, kept.sent),
        detail: format!("{}/{}", kept.sent, kept.times),
        spares: (post.severity != Some(Severity::Critical)).then_some(looker.zone),
        is_scheduled: true,
    };
    send(changes, &reminder, View::All).await?;
    finish(changes, &reminder, kept).await
}

/// Writes that this one was sent, once; to how many.
async fn finish(changes: &Changes, reminder: &Reminder<'_>, kept: &KeptSchedule) -> Result<u64, DbErr> {
    let mut change = changes.begin().await?;
    let finished = table::Entity::update_many()
        .col_expr(Column::NextMs, Expr::value(next_ms(kept)))
        .col_expr(Column::ClaimedMs, Expr::value(None::<i64>))
        .filter(Column::PostId.eq(kept.post_id))
        .filter(Column::Sent.eq(kept.sent))
        .filter(Column::ClaimedMs.is_not_null())
        .exec(&change.tx)
        .await?;
    let acts = post_acts::Entity::find()
        .filter(post_acts::Column::PostId.eq(kept.post_id))
        .filter(post_acts::Column::Key.eq(reminder.key.as_str()));
    let count = acts.count(&change.tx).await?;
    if finished.rows_affected == 0 {
        return change.undo().await.map(|()| count);
    }
    if count > 0 {
        let entry = Entry::done(reminder.by, Action::Remind, format!("post {}", kept.post_id));
        let people = text::of("audit-people").with("count", count);
        change.record(entry.detail(people).detail(reminder.detail.as_str())).await?;
    }
    change.commit().await?;
    Ok(count)
}

/// When the next is due, if there is one: as often as it was said, however long this one took; after a time in which no
/// server ran, once.
fn next_ms(kept: &KeptSchedule) -> Option<i64> {
    let (now_ms, every) = (clock::now_ms(), minutes_ms(kept.every_minutes));
    let next = kept.next_ms.unwrap_or(now_ms) + every;
    (kept.sent < kept.times).then_some(if next > now_ms { next } else { now_ms + every })
}
