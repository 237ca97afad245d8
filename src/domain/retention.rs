//! What is forgotten by its age: old events and audit entries, sessions and links that are over, what programs will
//! not send again, the files of builds that are gone. The clock says how old a thing is, and a clock may be wrong: so
//! an hour of running forgets no more than an hour's worth, however far the clock has come meanwhile. How far it went
//! is kept in the database.
//!
//! Time in which nothing was written costs nothing, so that a server which was off does not lag behind for ever.
//!
//! However much there is to forget, it goes in portions, each in a transaction of its own: whoever publishes waits for one
//! of them at most. A server that stops in between goes on when it starts again.

use std::time::{Duration, Instant};

use sea_orm::{ActiveValue::Set, ColumnTrait, DbErr, EntityTrait, QuerySelect, sea_query::OnConflict};
use tokio_util::sync::CancellationToken;

use self::{cut::cut, tables::Table};
use crate::{
    clock,
    config::Lifetime,
    db::Db,
    domain::{
        builds, cards, imports,
        pace::Pace,
        posts::{receipts, repeats},
        sessions,
    },
    entities::retention,
};

mod cut;
mod tables;

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

/// For how long the operator wants what to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// The log of events.
    pub events: Duration,
    /// The audit log.
    pub audit: Duration,
    /// Who has read a post, and to whose open pages it was sent.
    pub receipts: Duration,
}

/// Forgets what is old, a round at a time.
#[derive(Debug)]
pub struct Retention {
    db: Db,
    keep: Keep,
    lifetime: Lifetime,
    /// When this process last did, by both clocks.
    last: Option<(Instant, i64)>,
    stop: CancellationToken,
}

impl Retention {
    /// Nothing was forgotten yet. It ends, in the middle if need be, when `stop` says so.
    pub fn new(db: Db, keep: Keep, lifetime: Lifetime, stop: CancellationToken) -> Self {
        Self { db, keep, lifetime, last: None, stop }
    }

    /// Removes what is over, in rounds.
    pub async fn run(mut self) {
        let mut rounds =
            tokio::time::interval((self.keep.events.min(self.keep.receipts) / 2).min(MAX_ROUND_INTERVAL));
        loop {
            tokio::select! {
                _ = rounds.tick() => {}
                () = self.stop.cancelled() => break,
            }
            match self.round().await {
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
        builds::keep(&self.db).await?;
        self.sweep(Table::AlertMarks, now).await?;
        self.sweep(Table::Reveals, now).await?;
        imports::kept::sweep(&self.db.write).await?;
        self.say_jump(now).await?;
        let running = self.last.map_or(FIRST_ROUND, |(last, _)| started - last);
        let events = self.forget(Table::Events, self.keep.events, running).await?;
        self.forget(Table::Audit, self.keep.audit, running).await?;
        self.forget(Table::Deliveries, self.keep.receipts, running).await?;
        let sessions = self.forget(Table::Sessions, Duration::ZERO, running).await?;
        self.forget(Table::Links, Duration::ZERO, running).await?;
        self.forget(Table::Keys, KEEP_KEYS, running).await?;
        self.forget(Table::DedupKeys, repeats::KEPT, running).await?;
        self.forget(Table::Builds, builds::KEPT, running).await?;
        self.forget(Table::Departures, cards::KEEP_DEPARTURES, running).await?;
        self.forget(Table::Markings, receipts::KEEP_MARKINGS, running).await?;
        if self.last.is_some() {
            // Not at the start: a machine without a clock of its own may not have been told the time yet.
            sessions::settle_all(&self.db, self.lifetime).await?;
        }
        self.last = Some((started, now));
        Ok((events, sessions))
    }

    /// Forgets what is old in a table, as far as the clocks allow, and keeps how far that was.
    async fn forget(&self, table: Table, keep: Duration, running: Duration) -> Result<u64, DbErr> {
        let now = clock::now_ms();
        let before = retention::Entity::find_by_id(table.name()).one(&self.db.write).await?;
        let oldest = table.oldest_ms(&self.db.read).await?;
        let cut = cut(before.as_ref(), oldest, now, milliseconds(keep), milliseconds(running));
        let swept = self.sweep(table, cut).await?;
        // What was not finished is not kept: the next round, or the next start, goes on.
        if swept.is_through {
            self.note(table, cut, now, keep).await?;
        }
        Ok(swept.rows)
    }

    /// Removes the rows from before `cut`, in portions.
    async fn sweep(&self, table: Table, cut: i64) -> Result<Swept, DbErr> {
        let (mut pace, mut rows) = (Pace::new(), 0);
        while !self.stop.is_cancelled() {
            let started = Instant::now();
            let portion = table.sweep_portion(&self.db, cut, pace.rows()).await?;
            rows += portion.rows;
            if !portion.has_more {
                return Ok(Swept { rows, is_through: true });
            }
            tokio::select! {
                () = tokio::time::sleep(pace.rest_after(started.elapsed())) => {}
                () = self.stop.cancelled() => {}
            }
        }
        Ok(Swept { rows, is_through: false })
    }

    async fn note(&self, table: Table, cut: i64, now: i64, keep: Duration) -> Result<(), DbErr> {
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
        retention::Entity::insert(row).on_conflict(again).exec_without_returning(&self.db.write).await?;
        Ok(())
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

/// What became of one table in one round.
#[derive(Clone, Copy, Debug)]
struct Swept {
    rows: u64,
    /// Whether all of it is gone that was to go.
    is_through: bool,
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
