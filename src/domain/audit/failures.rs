//! What was refused, bounded: somebody who fails ten thousand times a minute is two entries in it, the first
//! failure at once and the number of the others at the minute's end. Who fails under many names, or from
//! many addresses, is counted together too.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sea_orm::DbErr;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    db::Db,
    domain::audit::{Actor, Entry},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Kinds of failure that are told apart in one minute; what goes beyond is counted by the act alone.
const MOST: usize = 30;

/// And so many of them from one address; what goes beyond is counted by the address.
const MOST_OF_ADDRESS: usize = 5;

/// Notes what was refused; cheap to clone.
#[derive(Clone, Debug)]
pub struct Failures {
    db: Db,
    // A std mutex: held to count, never over an await.
    minute: Arc<Mutex<HashMap<Entry, i64>>>,
    tasks: TaskTracker,
}

impl Failures {
    /// Nothing failed yet; what is being written is among `tasks`.
    pub fn new(db: Db, tasks: TaskTracker) -> Self {
        Self { db, minute: Arc::default(), tasks }
    }

    /// Notes a failure. Returns at once: the answer to whoever failed waits for nothing.
    pub fn record(&self, entry: Entry) {
        if !self.is_first(&entry) {
            return;
        }
        let this = self.clone();
        self.tasks.spawn(async move { this.write(vec![entry]).await });
    }

    /// Writes, at each minute's end and at the stop, what was counted.
    pub async fn keep_minutes(self, stop: CancellationToken) {
        let mut minutes = tokio::time::interval(MINUTE);
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
        let alike = Entry { detail: String::new(), ..entry.clone() };
        let of_address = alike.by.address.map(|address| Entry {
            by: Actor { user: None, who: String::new(), address: Some(address), ..alike.by.clone() },
            about: String::new(),
            ..alike.clone()
        });
        let of_act = Entry {
            by: Actor { user: None, who: String::new(), address: None, ..alike.by.clone() },
            about: String::new(),
            ..alike.clone()
        };
        let from_there = minute.keys().filter(|key| key.by.address == alike.by.address).count();
        let has_room = minute.len() < MOST;
        let key = if minute.contains_key(&alike) || (has_room && from_there < MOST_OF_ADDRESS) {
            alike
        } else {
            of_address.filter(|key| has_room || minute.contains_key(key)).unwrap_or(of_act)
        };
        let more = minute.entry(key).or_insert(-1);
        *more += 1;
        *more == 0
    }

    fn counted(&self) -> Vec<Entry> {
        let counts = std::mem::take(&mut *self.minute());
        let repeated = counts.into_iter().filter(|(_, more)| *more > 0);
        repeated
            .map(|(entry, times)| Entry { times, detail: "more in the same minute".into(), ..entry })
            .collect()
    }

    async fn write(&self, entries: Vec<Entry>) {
        if entries.is_empty() {
            return;
        }
        let written = async {
            let tx = self.db.begin().await?;
            let mut recorded = Vec::with_capacity(entries.len());
            for entry in entries {
                recorded.push(super::record(&tx, entry).await?);
            }
            tx.commit().await?;
            recorded.into_iter().for_each(super::Recorded::log);
            Ok::<_, DbErr>(())
        };
        if let Err(error) = written.await {
            tracing::warn!(%error, "What was refused could not be recorded in the audit log");
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
        domain::audit::{self, Action, Filter},
    };

    fn failed(address: [u8; 4], about: &str) -> Entry {
        Entry::refused(&Actor::visitor(IpAddr::from(address)), Action::SignIn, about).detail("wrong password")
    }

    #[tokio::test]
    async fn a_flood_of_failures_is_counted_and_does_not_flood_the_table() {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let db = Db::open(&Database::Sqlite(folder.path().join("a.db"))).await.expect("a database");
        let failures = Failures::new(db.clone(), TaskTracker::new());

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
        assert!(entries.len() <= 2 * (MOST + 1), "{}", entries.len());
        assert_eq!(entries.iter().map(|entry| entry.times).sum::<i64>(), 6000, "none is left out");
        let anns = Filter { name: Some("ann".into()), ..Default::default() };
        let anns = audit::page(&db.read, &anns, None, 10).await.expect("entries");
        let mut anns: Vec<_> = anns.iter().map(|entry| entry.times).collect();
        anns.sort_unstable();
        assert_eq!(anns, [1, 1999]);
    }
}
