//! The state task: the only reader that moves committed cards from the tables into memory. It tells the hub which boards
//! have changed, of each at most ten times a second, and whose receipts; less often while that takes more than a fifth of
//! a core.

use std::{collections::HashSet, future, sync::atomic::Ordering, time::Duration};

use sea_orm::DbErr;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    clock, db,
    ids::UserId,
    live::{
        Broker, Hub, Viewers,
        state::{State, cpu_time, memory::Memory, pace::Pace, table},
    },
};

/// There is this much between two looks.
const MIN_PAUSE: Duration = Duration::from_millis(20);

/// A roster is told once in so long: its numbers are counted anew each time.
const ROSTER_INTERVAL: Duration = Duration::from_millis(900);

/// Looking and telling take at most one part in so many of a core.
const SHARE: u32 = 5;

/// Who has not looked for so long reads everything anew: what was removed is remembered for a day.
const MAX_ABSENCE_MS: i64 = 12 * 60 * 60 * 1000;

/// Reads what was committed, tells the hub, and waits for a nudge. A lost nudge, and what another process wrote, it finds on
/// its rounds.
pub async fn run(state: State, viewers: Viewers, hub: Hub, broker: Broker, stop: CancellationToken) {
    let (mut pace, mut roster_pace) = (Pace::default(), Pace::of(ROSTER_INTERVAL));
    let mut last_look_ms = clock::now_ms();
    let mut rounds = state.db.rounds();
    while !stop.is_cancelled() {
        let was_long_away = clock::now_ms() - last_look_ms > MAX_ABSENCE_MS;
        let mut again_ms = None;
        let look_and_tell = async {
            match state.shared.looks.run(db::with_timeout(state.look(was_long_away))).await {
                Ok(Changed { boards, readers }) => {
                    last_look_ms = clock::now_ms();
                    broker.state_reached(state.rev());
                    pace.add(boards);
                    if !readers.is_empty() {
                        hub.deliver_to(&viewers.note_receipts(&readers));
                        roster_pace.add(hub.watched_rosters());
                    }
                }
                // The tail task says it.
                Err(error) => {
                    again_ms = Some(clock::now_ms());
                    tracing::debug!(%error, "The cards cannot be read");
                }
            }
            let mut due = pace.take_due(Instant::now());
            let rosters = roster_pace.take_due(Instant::now());
            if !rosters.is_empty() {
                // Before they are woken: they look whether it has changed.
                state.shared.roster_generation.fetch_add(1, Ordering::Release);
                due.extend(rosters);
            }
            if !due.is_empty() {
                hub.deliver_to_watchers(&due).await;
            }
        };
        let ((), used) = cpu_time::measured(look_and_tell).await;
        let pause = (used * (SHARE - 1)).max(MIN_PAUSE);
        let next = [pace.next_due(), roster_pace.next_due()].into_iter().flatten().min();
        let to_be_told = async {
            match next {
                Some(next) => tokio::time::sleep_until(next).await,
                None => future::pending().await,
            }
        };
        let rested = async {
            tokio::time::sleep(pause).await;
            tokio::select! {
                () = broker.state_nudged() => {}
                () = state.shared.looks.wanted() => {}
                () = rounds.next(again_ms) => {}
                () = to_be_told => {}
            }
        };
        stop.run_until_cancelled(rested).await;
    }
    tracing::debug!("The state task has ended");
}

/// What a look has found.
struct Changed {
    /// The boards that have changed.
    boards: HashSet<Box<str>>,
    /// Whose receipts changed.
    readers: Vec<UserId>,
}

impl State {
    /// Takes in what was committed; what has changed since the last look.
    async fn look(&self, must_start_over: bool) -> Result<Changed, DbErr> {
        let (known_epoch, known_rev) = {
            let memory = self.memory();
            (memory.epoch.clone(), memory.rev)
        };
        let (epoch, rev) = table::head(&self.db.read).await?;
        let is_same_timeline = epoch == known_epoch && rev >= known_rev && !must_start_over;
        if is_same_timeline && rev == known_rev {
            return Ok(Changed { boards: self.memory().take_changed(), readers: Vec::new() });
        }
        if is_same_timeline {
            let mut changes = table::after(&self.db.read, known_rev).await?;
            if changes.epoch == known_epoch && changes.rev >= known_rev {
                let readers = std::mem::take(&mut changes.readers);
                return Ok(Changed { boards: self.change(|memory| memory.apply_read(changes)), readers });
            }
        }
        let new = Memory::of(table::everything(&self.db.read).await?);
        // On another timeline all streams begin anew, with their receipts; after a long time, these are read as always.
        let readers =
            if epoch == known_epoch { table::readers(&self.db.read, known_rev).await? } else { Vec::new() };
        let boards = self.change(|memory| {
            new.replace(memory);
            memory.take_changed()
        });
        Ok(Changed { boards, readers })
    }

    fn rev(&self) -> i64 {
        self.memory().rev
    }
}
