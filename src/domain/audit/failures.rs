//! What was refused, bounded: somebody who fails ten thousand times a minute is two entries in it, the first
//! failure at once and the number of the others at the minute's end. Who fails under many names, or from
//! many addresses, is counted together too.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    domain::{
        audit::{Actor, Detail, Entry},
        change::Changes,
    },
    text,
};

const COUNT_INTERVAL: Duration = Duration::from_secs(60);

/// Kinds of failure that are told apart in one minute; what goes beyond is counted by the action alone.
const MAX_KINDS: usize = 30;

/// And so many of them from one address; what goes beyond is counted by the address.
const MAX_KINDS_OF_ADDRESS: usize = 5;

/// Records what was refused; cheap to clone.
#[derive(Clone, Debug)]
pub struct Failures {
    changes: Changes,
    // A std mutex: held to count, never over an await.
    minute: Arc<Mutex<HashMap<Entry, i64>>>,
    tasks: TaskTracker,
}

impl Failures {
    /// Nothing failed yet; what is being written is among `tasks`.
    pub fn new(changes: Changes, tasks: TaskTracker) -> Self {
        Self { changes, minute: Arc::default(), tasks }
    }

    /// Records a failure. Returns at once: the answer to whoever failed waits for nothing.
    pub fn record(&self, entry: Entry) {
        if !self.is_first(&entry) {
            return;
        }
        let this = self.clone();
        self.tasks.spawn(async move { this.write(vec![entry]).await });
    }

    /// Writes, at each minute's end and at the stop, what was counted.
    pub async fn keep_minutes(self, stop: CancellationToken) {
        let mut minutes = tokio::time::interval(COUNT_INTERVAL);
        while !stop.is_cancelled() {
            tokio::select! {
                _ = minutes.tick() => {}
                () = stop.cancelled() => {}
            }
            self.write(self.counted()).await;
        }
        tracing::debug!("The counting of failures has ended");
    }

    /// Whether nothing like it was seen in this minute; if something was, it is counted.
    fn is_first(&self, entry: &Entry) -> bool {
        let mut minute = self.minute();
        let alike = Entry { detail: Detail::default(), ..entry.clone() };
        let of_address = alike.by.address.map(|address| Entry {
            by: Actor { user: None, who: String::new(), address: Some(address), ..alike.by.clone() },
            about: String::new(),
            ..alike.clone()
        });
        let of_action = Entry {
            by: Actor { user: None, who: String::new(), address: None, ..alike.by.clone() },
            about: String::new(),
            ..alike.clone()
        };
        let from_there = minute.keys().filter(|key| key.by.address == alike.by.address).count();
        let has_room = minute.len() < MAX_KINDS;
        let key = if minute.contains_key(&alike) || (has_room && from_there < MAX_KINDS_OF_ADDRESS) {
            alike
        } else {
            of_address.filter(|key| has_room || minute.contains_key(key)).unwrap_or(of_action)
        };
        let more = minute.entry(key).or_insert(-1);
        *more += 1;
        *more == 0
    }

    fn counted(&self) -> Vec<Entry> {
        let counts = std::mem::take(&mut *self.minute());
        let repeated = counts.into_iter().filter(|(_, more)| *more > 0);
        repeated
            .map(|(entry, times)| Entry { times, detail: text::of("audit-more").into(), ..entry })
            .collect()
    }

    async fn write(&self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let written = async {
            let mut change = self.changes.begin().await?;
            for entry in entries {
                change.record(entry).await?;
            }
            change.commit().await
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, "What was refused could not be noted in the audit log");
        }
    }

    fn minute(&self) -> MutexGuard<'_, HashMap<Entry, i64>> {
        // A panic while it was held left at worst one failure uncounted.
        self.minute.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;
    use crate::{
        config::Database,
        db::Db,
        domain::audit::{self, Action, Filter},
    };

    fn failed(address: [u8; 4], about: &str) -> Entry {
        Entry::refused(&Actor::visitor(IpAddr::from(address)), Action::SignIn, about).detail("wrong password")
    }

    #[tokio::test]
    async fn a_flood_of_failures_is_counted_and_does_not_flood_the_table() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        let failures = Failures::new(Changes::of_command(db.clone()), TaskTracker::new());

        for turn in 0..2000_usize {
            failures.record(failed([10, 0, 0, 1], "ann"));
            failures.record(failed([10, 0, 0, 2], &format!("name {turn}")));
            failures.record(failed([10, 1, (turn / 256) as u8, (turn % 256) as u8], "bea"));
        }
        let (tasks, counted) = (failures.tasks.clone(), failures.counted());
        failures.write(counted).await;
        tasks.close();
        tasks.wait().await;

        let entries = audit::page(&db.read, &Filter::default(), None, 10_000).await.expect("entries");
        assert!(entries.len() <= 2 * (MAX_KINDS + 1), "{}", entries.len());
        assert_eq!(entries.iter().map(|entry| entry.times).sum::<i64>(), 6000, "none is left out");
        let anns = Filter { names: Some(vec!["ann".into()]), ..Default::default() };
        let anns = audit::page(&db.read, &anns, None, 10).await.expect("entries");
        let mut anns: Vec<_> = anns.iter().map(|entry| entry.times).collect();
        anns.sort_unstable();
        assert_eq!(anns, [1, 1999]);
    }
}
