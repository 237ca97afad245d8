//! The unit of work. A change, its entries in the audit log and its events are committed together or not at all, and
//! only after a commit that is believed is anybody told: the tail task, by the broker, and the program's own log.
//!
//! The log's counter stays locked until the commit, and other nodes wait for it: so the events are collected, and are
//! numbered and written by the last two statements of the transaction.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use sea_orm::{DatabaseConnection, DbErr};

use crate::{
    db::{DataVersion, Db, Transaction},
    domain::audit::{self, Recorded},
    live::{
        Broker, State,
        log::table::{self, NewEvent, Slot},
        state::{self, Card},
    },
};

/// Begins changes; cheap to clone.
#[derive(Clone, Debug)]
pub struct Changes {
    db: Db,
    broker: Broker,
    unnumbered: Arc<AtomicU64>,
}

/// What can be found out before a change begins, while others write.
#[derive(Debug)]
pub struct Ahead {
    db: Db,
    version: DataVersion,
}

/// A change under way. What is not committed is rolled back.
#[derive(Debug)]
pub struct Change {
    /// Where the change itself is written.
    pub(in crate::domain) tx: Transaction,
    broker: Broker,
    unnumbered: Arc<AtomicU64>,
    recorded: Vec<Recorded>,
    events: Vec<NewEvent>,
    is_numbered: bool,
    has_state: bool,
    /// Cards that are all that is written under this rev.
    cards: Option<(State, i64, Vec<Card>)>,
}

impl Changes {
    /// Changes of this database, which the broker tells the tail tasks of.
    pub fn new(db: Db, broker: Broker) -> Self {
        Self { db, broker, unnumbered: Arc::default() }
    }

    /// Changes of a process without a tail task, such as a command: the server's sees them within a second, when it
    /// looks by itself.
    pub fn of_command(db: Db) -> Self {
        Self::new(db, Broker::Local(Arc::default()))
    }

    /// The database that is changed.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// How many changes this node has made that took neither a number nor a rev, such as another name of somebody: as long as
    /// it is the same, what memory has as of both is so.
    pub fn unnumbered(&self) -> u64 {
        self.unnumbered.load(Ordering::Acquire)
    }

    /// Lets a change be prepared before it begins: on SQLite, where from then on everybody waits who writes, too. What was
    /// found out holds if the change `is_as_of` it. None where others commit meanwhile anyway.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn look_ahead(&self) -> Result<Option<Ahead>, DbErr> {
        let version = self.db.data_version().await?;
        Ok(version.map(|version| Ahead { db: self.db.clone(), version }))
    }

    /// Opens the transaction. It fails as `Db::begin` does.
    pub async fn begin(&self) -> Result<Change, DbErr> {
        let tx = self.db.begin().await?;
        Ok(Change::on(tx, self.broker.clone(), self.unnumbered.clone()))
    }
}

impl Ahead {
    /// Where it is found out.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.db.read
    }
}

impl Change {
    fn on(tx: Transaction, broker: Broker, unnumbered: Arc<AtomicU64>) -> Self {
        let (recorded, events) = (Vec::new(), Vec::new());
        Self { tx, broker, unnumbered, recorded, events, is_numbered: false, has_state: false, cards: None }
    }

    /// Whether nothing was committed since what was found out ahead.
    pub fn is_as_of(&self, ahead: Option<Ahead>) -> bool {
        ahead.is_some_and(|ahead| self.tx.is_as_of(ahead.version))
    }

    /// Writes an entry of the audit log.
    pub async fn record(&mut self, entry: audit::Entry) -> Result<(), DbErr> {
        self.record_all(vec![entry]).await
    }

    /// Writes entries of the audit log.
    pub async fn record_all(&mut self, entries: Vec<audit::Entry>) -> Result<(), DbErr> {
        self.recorded.extend(audit::record_all(&self.tx, entries).await?);
        Ok(())
    }

    /// Adds an event, to be written when the change is committed.
    pub fn append(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Whether nothing was recorded, and nothing happened.
    pub fn is_empty(&self) -> bool {
        self.recorded.is_empty() && self.events.is_empty() && !self.is_numbered && !self.has_state
    }

    /// Takes the next numbers of the log, for what is written with them: `write` what happened under each. After this the
    /// counter is locked: what follows is to be short.
    pub async fn take_numbers(&mut self, count: usize) -> Result<Vec<Slot>, DbErr> {
        self.is_numbered = true;
        table::take_numbers(&self.tx, count).await
    }

    /// Takes the next number alone.
    pub async fn take_number(&mut self) -> Result<Slot, DbErr> {
        self.take_numbers(1).await?.pop().ok_or_else(|| DbErr::Custom("no number".into()))
    }

    /// Takes one number, and writes what happened under it.
    pub async fn write_event(&mut self, event: NewEvent) -> Result<i64, DbErr> {
        let slot = self.take_number().await?;
        let number = slot.id;
        table::append(&self.tx, vec![(slot, event)]).await?;
        Ok(number)
    }

    /// Takes the next rev of the state, for what is written with it. Who needs numbers of the log, too, takes those first.
    pub async fn take_rev(&mut self) -> Result<i64, DbErr> {
        self.has_state = true;
        state::table::take_rev(&self.tx).await
    }

    /// Gives the cards that are all that is written under this rev to memory, which has them with the commit and need not
    /// read them again.
    pub fn hand_over(&mut self, state: &State, rev: i64, cards: Vec<Card>) {
        self.cards = Some((state.clone(), rev, cards));
    }

    /// Undoes the change.
    pub async fn undo(self) -> Result<(), DbErr> {
        self.tx.rollback().await
    }

    /// Writes the events, commits, and tells of it.
    ///
    /// # Errors
    /// Those of the database. After an error nothing was committed, as far as can be told, and nobody is told.
    pub async fn commit(mut self) -> Result<(), DbErr> {
        let events = std::mem::take(&mut self.events);
        if !events.is_empty() {
            let slots = self.take_numbers(events.len()).await?;
            table::append(&self.tx, slots.into_iter().zip(events).collect()).await?;
        }
        self.tx.commit().await?;
        if !self.is_numbered && !self.has_state {
            self.unnumbered.fetch_add(1, Ordering::Release);
        }
        if let Some((state, rev, cards)) = self.cards {
            state.take_in(rev, cards);
        }
        // Before the lines, which may wait for whoever reads them.
        if self.is_numbered {
            self.broker.nudge();
        }
        if self.has_state {
            self.broker.nudge_state();
        }
        self.recorded.into_iter().for_each(Recorded::log);
        Ok(())
    }
}
