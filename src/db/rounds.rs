//! When the tasks that look at tables do so: when somebody has committed something, in this process or another, and when
//! something is due by the clock. Both are found out once a second for all tasks together, so that a server with nothing to
//! do asks its database one question a second.

use std::{
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicI64, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    clock,
    db::{self, Db},
};

/// What was committed, and what is due, is noticed after so long.
const TICK_INTERVAL: Duration = Duration::from_secs(1);

/// A task looks after so many ticks in any case.
const MAX_TICKS: u32 = 30;

/// The rounds of all tasks; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct AllRounds(
    // A std mutex: held to go through a dozen of them, never over an await.
    Arc<Mutex<Vec<Weak<Round>>>>,
);

/// The rounds of one task.
#[derive(Debug)]
pub struct Rounds(Arc<Round>);

#[derive(Debug)]
struct Round {
    /// When it is due, in Unix milliseconds.
    due_ms: AtomicI64,
    /// Ticks since the task was called last.
    ticks: AtomicU32,
    /// A call that comes while the task is on its round stays for the next.
    call: Notify,
}

impl Rounds {
    /// Waits until there may be something to do: something was committed since the last round began, or it is later than
    /// `due_ms`, in Unix milliseconds, or half a minute is over. A time that is over already means once more in a second.
    pub async fn next(&mut self, due_ms: Option<i64>) {
        self.0.due_ms.store(due_ms.unwrap_or(i64::MAX), Relaxed);
        self.0.call.notified().await;
    }
}

impl AllRounds {
    fn call(&self, has_changed: bool) {
        let now_ms = clock::now_ms();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|round| {
            let Some(round) = round.upgrade() else { return false };
            round.tick(has_changed, now_ms);
            true
        });
    }
}

impl Round {
    /// Calls the task if there may be something to do.
    fn tick(&self, has_changed: bool, now_ms: i64) {
        let is_due = self.due_ms.load(Relaxed) <= now_ms;
        if has_changed || is_due || self.ticks.fetch_add(1, Relaxed) + 1 >= MAX_TICKS {
            self.ticks.store(0, Relaxed);
            self.call.notify_one();
        }
    }
}

impl Db {
    /// The rounds of a task, which begins with one.
    pub fn rounds(&self) -> Rounds {
        let (due_ms, ticks, call) = (AtomicI64::new(i64::MAX), AtomicU32::new(0), Notify::new());
        let round = Arc::new(Round { due_ms, ticks, call });
        self.rounds.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&round));
        Rounds(round)
    }

    /// Calls the tasks to their rounds until `stop`.
    pub async fn call_rounds(self, stop: CancellationToken) {
        let mut ticks = interval(TICK_INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut seen = None;
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            // Before the tasks look: what is committed after it is seen with the next.
            let mut asked = pin!(db::with_timeout(self.version()));
            let version = loop {
                if let Ok(version) = timeout(TICK_INTERVAL, asked.as_mut()).await {
                    break version.ok();
                }
                // The tasks find out by themselves whether their tables can be read, and say so.
                self.rounds.call(true);
            };
            self.rounds.call(version.is_none() || version != seen);
            seen = version;
        }
        tracing::debug!("No task is called to its rounds any more");
    }
}

/// The first time that stands in a column, which needs an index: a task whose rows these are has its next round then.
///
/// # Errors
/// Those of the database.
pub async fn first_ms<E: EntityTrait>(
    db: &impl ConnectionTrait,
    column: E::Column,
) -> Result<Option<i64>, DbErr> {
    // As the indexes of such columns say it, which have no row for what is not due at any time.
    let first = E::find().select_only().column(column).filter(column.is_not_null());
    first.order_by_asc(column).limit(1).into_tuple().one(db).await
}

/// The first of these times.
pub fn earliest(times: impl IntoIterator<Item = Option<i64>>) -> Option<i64> {
    times.into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use sea_orm::ConnectionTrait;
    use tokio::time::timeout;
    use tokio_util::sync::CancellationToken;

    use crate::{clock, config::Database, db::Db};

    #[tokio::test]
    async fn a_task_is_called_by_a_commit_and_by_what_is_due_and_by_nothing_else() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let file = Database::Sqlite(folder.path().join("a.db"));
        let (db, beside) = (Db::open(&file).await.expect("a database"), Db::open(&file).await.expect("it"));
        let stop = CancellationToken::new();
        let mut rounds = db.rounds();
        let calling = tokio::spawn(db.clone().call_rounds(stop.clone()));
        rounds.next(None).await;
        let (quiet, soon) = (Duration::from_secs(3), Duration::from_secs(10));

        assert!(timeout(quiet, rounds.next(None)).await.is_err(), "nothing was committed");
        for writer in [&db, &beside] {
            let sql = "UPDATE write_probe SET bytes = randomblob(10)";
            writer.write.execute_unprepared(sql).await.expect("room for it");
            timeout(soon, rounds.next(None)).await.expect("a call after a commit");
            assert!(timeout(quiet, rounds.next(None)).await.is_err(), "once");
        }
        let due_ms = clock::now_ms() + 2500;
        timeout(soon, rounds.next(Some(due_ms))).await.expect("a call at its time");
        assert!(clock::now_ms() >= due_ms);
        timeout(soon, rounds.next(Some(due_ms))).await.expect("and again, until it is done");
        assert!(timeout(quiet, rounds.next(None)).await.is_err(), "it is done");

        stop.cancel();
        calling.await.expect("it ends");
        beside.close().await;
        db.close().await;
    }
}
