//! What is forgotten by its age: old events and audit entries, sessions and links that are over, what programs will
//! not send again, the files of builds that are gone. The clock says how old a thing is, and a clock may be wrong: so
//! an hour of running forgets no more than an hour's worth, however far the clock has come meanwhile. How far it went
//! is kept in the database.
//!
//! Time in which nothing was written costs nothing, so that a server which was off does not lag behind for ever.

use std::time::{Duration, Instant};

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QuerySelect,
    sea_query::OnConflict,
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    config::Lifetime,
    db::Db,
    domain::{
        audit, builds, links,
        posts::{alerts, idempotency},
        reveals, sessions,
    },
    entities::{events, retention},
    live::log::table,
};

/// The longest time between two rounds.
const MAX_ROUND_INTERVAL: Duration = Duration::from_secs(60 * 60);

/// The first round of a process forgets so much, since nobody knows how long the one before it ran.
const FIRST_ROUND: Duration = Duration::from_secs(60 * 60);

/// A program sends nothing again after so long.
const KEEP_KEYS: Duration = Duration::from_secs(24 * 60 * 60);

/// A clock that moved by less may be a server that was off for a night.
const MAX_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// Clocks of nodes differ by less, and a busy machine is late by less.
const MAX_SLIP: Duration = Duration::from_secs(60 * 60);

/// Forgets what is old, a round at a time.
#[derive(Debug)]
pub struct Retention {
    db: Db,
    keep_events: Duration,
    keep_audit: Duration,
    lifetime: Lifetime,
    /// When this process last did, by both clocks.
    last: Option<(Instant, i64)>,
}

/// The tables whose rows are forgotten by their age.
#[derive(Clone, Copy, Debug)]
enum AgedTable {
    Events,
    Audit,
    Sessions,
    Links,
    Keys,
    Builds,
}

impl Retention {
    /// Nothing was forgotten yet.
    pub fn new(db: Db, keep_events: Duration, keep_audit: Duration, lifetime: Lifetime) -> Self {
        Self { db, keep_events, keep_audit, lifetime, last: None }
    }

    /// Removes what is over, in rounds, until `stop`.
    pub async fn run(mut self, stop: CancellationToken) {
        let mut rounds = tokio::time::interval((self.keep_events / 2).min(MAX_ROUND_INTERVAL));
        loop {
            tokio::select! {
                _ = rounds.tick() => {}
                () = stop.cancelled() => break,
            }
            let swept = async {
                builds::keep(&self.db).await?;
                alerts::sweep(&self.db.write).await?;
                reveals::sweep(&self.db.write).await?;
                self.round().await
            };
            match swept.await {
                Ok((events, sessions)) => tracing::debug!(events, sessions, "Removed what is over"),
                Err(error) => tracing::warn!(%error, "What is over could not be removed"),
            }
        }
    }

    /// Forgets what is old enough now; how many events, and how many sessions.
    ///
    /// # Errors
    /// Those of the database; what was not done is done in the next round.
    async fn round(&mut self) -> Result<(u64, u64), DbErr> {
        let (started, now) = (Instant::now(), clock::now_ms());
        self.say_jump(now).await?;
        let running = self.last.map_or(FIRST_ROUND, |(last, _)| started - last);
        let events = self.forget(AgedTable::Events, self.keep_events, running).await?;
        self.forget(AgedTable::Audit, self.keep_audit, running).await?;
        let sessions = self.forget(AgedTable::Sessions, Duration::ZERO, running).await?;
        self.forget(AgedTable::Links, Duration::ZERO, running).await?;
        self.forget(AgedTable::Keys, KEEP_KEYS, running).await?;
        self.forget(AgedTable::Builds, builds::KEPT, running).await?;
        if self.last.is_some() {
            // Not at the start: a machine without a clock of its own may not have been told the time yet.
            sessions::settle(&self.db.write, self.lifetime, None).await?;
        }
        self.last = Some((started, now));
        Ok((events, sessions))
    }

    async fn forget(&self, table: AgedTable, keep: Duration, running: Duration) -> Result<u64, DbErr> {
        let (db, now) = (&self.db.write, clock::now_ms());
        let before = retention::Entity::find_by_id(table.name()).one(db).await?;
        let cut =
            cut(before.as_ref(), table.oldest(db).await?, now, milliseconds(keep), milliseconds(running));
        let forgotten = match table {
            AgedTable::Events => table::trim(db, is_young(events::Column::CreatedMs, cut, now)).await?,
            AgedTable::Audit => audit::trim(db, cut).await?,
            AgedTable::Sessions => sessions::sweep(db, cut).await?,
            AgedTable::Links => links::sweep(db, cut).await?,
            AgedTable::Keys => idempotency::sweep(db, cut).await?,
            AgedTable::Builds => builds::sweep(db, cut).await?,
        };
        let row = retention::ActiveModel {
            name: Set(table.name().to_owned()),
            through_ms: Set(cut),
            ran_ms: Set(now),
            kept_ms: Set(milliseconds(keep)),
        };
        let again = OnConflict::column(retention::Column::Name)
            .update_columns([
                retention::Column::ThroughMs,
                retention::Column::RanMs,
                retention::Column::KeptMs,
            ])
            .to_owned();
        retention::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
        Ok(forgotten)
    }

    /// Tells the operator that the clock has moved by more than time has passed.
    async fn say_jump(&self, now: i64) -> Result<(), DbErr> {
        let (ran, expected, slip) = match self.last {
            Some((last, then)) => (then, milliseconds(last.elapsed()), milliseconds(MAX_SLIP)),
            None => {
                let ran: Option<Option<i64>> = retention::Entity::find()
                    .select_only()
                    .column_as(retention::Column::RanMs.max(), "ran")
                    .into_tuple()
                    .one(&self.db.write)
                    .await?;
                let Some(ran) = ran.flatten() else { return Ok(()) };
                (ran, 0, milliseconds(MAX_PAUSE))
            }
        };
        let (last_ran, moved) = (clock::rfc3339(ran), now - ran - expected);
        if moved > slip {
            let days = moved / milliseconds(MAX_PAUSE);
            tracing::warn!(
                last_ran,
                days,
                "The clock is far ahead of when old things were last removed: unless the server was off so long, set \
                 the clock. A day's worth is removed a day, no more"
            );
        } else if moved < -milliseconds(MAX_SLIP) {
            tracing::warn!(last_ran, "The clock stands before the time when old things were last removed");
        }
        Ok(())
    }
}

impl AgedTable {
    fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Audit => "audit",
            Self::Sessions => "sessions",
            Self::Links => "links",
            Self::Keys => "idempotency_keys",
            Self::Builds => "builds",
        }
    }

    /// The time of the oldest that there is.
    async fn oldest(self, db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
        match self {
            Self::Events => table::oldest_ms(db).await,
            Self::Audit => audit::oldest_ms(db).await,
            Self::Sessions => sessions::oldest_ms(db).await,
            Self::Links => links::oldest_ms(db).await,
            Self::Keys => idempotency::oldest_ms(db).await,
            Self::Builds => builds::oldest_ms(db).await,
        }
    }
}

/// Up to when things may be forgotten now, all in milliseconds.
fn cut(before: Option<&retention::Model>, oldest: Option<i64>, now: i64, keep: i64, running: i64) -> i64 {
    let wanted = now - keep;
    let Some(before) = before else {
        return oldest.map_or(wanted, |oldest| wanted.min(oldest.saturating_add(running)));
    };
    // Several nodes, and starts one after the other, share the hour. A clock that was put back says nothing.
    let passed = if before.ran_ms <= now { running.min(now - before.ran_ms) } else { running };
    // What the operator wants to keep no more is another matter than time.
    let given_up = (before.kept_ms - keep).max(0);
    let floor = before.through_ms.max(oldest.unwrap_or(wanted));
    wanted.min(floor.saturating_add(passed).saturating_add(given_up))
}

/// The first rows that stay, by their numbers: those from the first one on that is young. Rows from a clock that was
/// ahead are passed over, as long as there is another.
fn is_young(column: impl ColumnTrait, cut: i64, now: i64) -> [Condition; 2] {
    let tomorrow = now.saturating_add(milliseconds(MAX_PAUSE));
    let young = Condition::all().add(column.gte(cut));
    [young.clone().add(column.lte(tomorrow)), young]
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 60 * 60 * 1000;
    const DAY: i64 = 24 * HOUR;
    const YEAR: i64 = 365 * DAY;

    /// A day of hourly rounds, with an entry each hour since `oldest`; what is left of them.
    fn runs_a_day(mut entries: Vec<i64>, mut before: retention::Model, start: i64, keep: i64) -> Vec<i64> {
        for hour in 0..24 {
            let now = start + hour * HOUR;
            let through_ms = cut(Some(&before), entries.iter().min().copied(), now, keep, HOUR);
            entries.retain(|at| *at >= through_ms);
            before = retention::Model { through_ms, ran_ms: now, kept_ms: keep, name: String::new() };
        }
        entries
    }

    fn row(through_ms: i64, ran_ms: i64, kept_ms: i64) -> retention::Model {
        retention::Model { name: String::new(), through_ms, ran_ms, kept_ms }
    }

    #[test]
    fn a_clock_that_is_years_ahead_costs_a_day_a_day() {
        let (keep, now) = (400 * DAY, 60 * YEAR);
        let entries: Vec<_> = (0..400 * 24).map(|hour| now - keep + hour * HOUR).collect();
        let before = row(now - keep, now - HOUR, keep);

        let right = runs_a_day(entries.clone(), before.clone(), now, keep);
        let ahead = runs_a_day(entries.clone(), before.clone(), now + 5 * YEAR, keep);

        assert_eq!(entries.len() - right.len(), 23);
        assert_eq!(entries.len() - ahead.len(), 24);
        // Starting again and again gains nothing.
        let first = cut(Some(&before), Some(now - keep), now + 5 * YEAR, keep, HOUR);
        let again = cut(Some(&row(first, now + 5 * YEAR, keep)), Some(first), now + 5 * YEAR, keep, HOUR);
        assert_eq!((first, again), (now - keep + HOUR, first));
    }

    #[test]
    fn what_is_due_is_forgotten_after_a_pause_another_setting_and_a_clock_put_back() {
        let (keep, now) = (400 * DAY, 60 * YEAR);
        // Nothing was written for a year: the pause is passed over.
        let young = now - 10 * DAY;
        assert_eq!(
            cut(Some(&row(now - keep - YEAR, now - YEAR, keep)), Some(young), now, keep, HOUR),
            now - keep
        );
        // The operator wants to keep a month.
        let shorter = cut(Some(&row(now - keep, now - HOUR, keep)), Some(now - keep), now, 30 * DAY, HOUR);
        assert_eq!(shorter, now - 30 * DAY);
        // The clock was ahead, and is right again.
        let right = cut(Some(&row(now - keep + DAY, now + YEAR, keep)), Some(now - keep), now, keep, HOUR);
        assert_eq!(right, now - keep);
        // Nothing is known of before, as after an upgrade.
        assert_eq!(cut(None, None, now, keep, HOUR), now - keep);
        assert_eq!(cut(None, Some(now - 2 * keep), now, keep, HOUR), now - 2 * keep + HOUR);
    }
}
