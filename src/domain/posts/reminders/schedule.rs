//! Reminders by themselves: how often they are to be, as it was typed and as it is kept with the post. Whatever takes a `db`
//! or a `change` fails as the database does.

use std::time::Duration;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, sea_query::Expr,
};

use crate::{
    clock,
    domain::{
        audit::{Action, Actor, Entry},
        change::Change,
        posts::{Fields, Post},
    },
    entities::reminder_schedules::{self as table, Column},
    text,
};

pub use table::Model as KeptSchedule;

/// More often than every five minutes is no reminder any more.
pub const MIN_MINUTES: i32 = 5;

/// The longest time between two: a day.
pub const MAX_MINUTES: i32 = 24 * 60;

/// Whoever has said nothing after so many does not hear any more of them.
pub const MAX_TIMES: i32 = 12;

/// How often who has said nothing yet is reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// How many minutes there are between two of them, and before the first.
    pub every_minutes: i32,
    /// How many there are at most.
    pub times: i32,
}

impl Schedule {
    /// Reads what was typed; none, if nothing was.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(fields: &Fields) -> Result<Option<Self>, String> {
        let (every, times) = (fields.remind_every.trim(), fields.remind_times.trim());
        if every.is_empty() {
            return Ok(None);
        }
        if !fields.is_asking() {
            return Err(text::say("draft-reminders-unasked"));
        }
        let within = |typed: &str, least: i32, most: i32| {
            typed.parse().ok().filter(|number| (least..=most).contains(number))
        };
        let every_minutes = within(every, MIN_MINUTES, MAX_MINUTES);
        let every_minutes = every_minutes.ok_or_else(|| {
            text::of("draft-reminders-every").with("least", MIN_MINUTES).with("most", MAX_MINUTES).say()
        })?;
        let times = if times.is_empty() { Some(MAX_TIMES) } else { within(times, 1, MAX_TIMES) };
        let times = times.ok_or_else(|| text::of("draft-reminders-times").with("most", MAX_TIMES).say())?;
        Ok(Some(Self { every_minutes, times }))
    }

    /// Keeps it with its post, which has just been published.
    pub(in crate::domain::posts) async fn keep(
        self,
        db: &impl ConnectionTrait,
        post: &Post,
    ) -> Result<(), DbErr> {
        let row = table::ActiveModel {
            post_id: Set(post.id),
            every_minutes: Set(self.every_minutes),
            times: Set(self.times),
            sent: Set(0),
            next_ms: Set(Some(post.published_ms + minutes_ms(self.every_minutes))),
            node: Set(String::new()),
            claimed_ms: Set(None),
            stopped_ms: Set(None),
        };
        table::Entity::insert(row).exec_without_returning(db).await.map(|_| ())
    }
}

impl KeptSchedule {
    /// As it was typed.
    pub fn schedule(&self) -> Schedule {
        Schedule { every_minutes: self.every_minutes, times: self.times }
    }

    /// When the next is due; none if there is no other, or one is under way.
    pub fn upcoming_ms(&self) -> Option<i64> {
        self.next_ms.filter(|_| self.claimed_ms.is_none())
    }
}

/// That of a post, if it has one.
pub async fn find(db: &impl ConnectionTrait, post: &Post) -> Result<Option<KeptSchedule>, DbErr> {
    table::Entity::find_by_id(post.id).one(db).await
}

/// Has a post that is held remind nobody any more; whether it would have.
pub async fn stop(change: &mut Change, by: &Actor, post: &Post) -> Result<bool, DbErr> {
    let stopped = table::Entity::update_many()
        .col_expr(Column::StoppedMs, Expr::value(clock::now_ms()))
        .col_expr(Column::NextMs, Expr::value(None::<i64>))
        .col_expr(Column::ClaimedMs, Expr::value(None::<i64>))
        .filter(Column::PostId.eq(post.id))
        .filter(Column::StoppedMs.is_null())
        .exec(&change.tx)
        .await?;
    if stopped.rows_affected == 0 {
        return Ok(false);
    }
    change.record(Entry::done(by, Action::StopReminders, format!("post {}", post.id))).await?;
    Ok(true)
}

/// Goes on with what remained when the post was over, which it is not after all.
pub(in crate::domain::posts) async fn resume(db: &impl ConnectionTrait, post: &Post) -> Result<(), DbErr> {
    let Some(kept) = find(db, post).await? else { return Ok(()) };
    if kept.next_ms.is_some() || kept.stopped_ms.is_some() || kept.sent >= kept.times {
        return Ok(());
    }
    table::Entity::update_many()
        .col_expr(Column::NextMs, Expr::value(clock::now_ms() + minutes_ms(kept.every_minutes)))
        .filter(Column::PostId.eq(post.id))
        .exec(db)
        .await
        .map(|_| ())
}

pub(in crate::domain::posts) fn minutes_ms(minutes: i32) -> i64 {
    let span = Duration::from_secs(60) * minutes.unsigned_abs();
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
