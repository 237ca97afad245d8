//! Keeping cards: what is reported waits in a queue, at most 50 ms or 1,024 reports, and what waits together is committed
//! together. Whoever reports is answered when it is on disk.

use std::{sync::Arc, time::Duration};

use sea_orm::DbErr;
use tokio::{
    sync::{Notify, mpsc, oneshot},
    time::{Instant, timeout_at},
};

use crate::{
    clock,
    domain::{
        cards::{Card, CardError, CardKey, Fields, History, Keeper, Ping, ValueKind},
        change::Changes,
    },
    live::{State, state::Audience},
};

mod batch;
pub(in crate::domain) mod rows;

/// Reports wait for others no longer.
const MAX_WAIT: Duration = Duration::from_millis(50);

/// So many reports are committed together.
const MAX_TOGETHER: usize = 1024;

/// So many requests may wait; more of them wait for a slot.
const MAX_WAITING: usize = 256;

/// Longer than two transactions in a row that come to nothing.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// What is to become of one card.
#[derive(Clone, Debug)]
pub struct Edit {
    /// By which programs name the card.
    pub key: CardKey,
    /// What is to become of it.
    pub what: What,
}

/// What is to become of a card.
#[derive(Clone, Debug)]
pub enum What {
    /// It is made, or set anew.
    Put(Box<Fields<Audience>>),
    /// It is made, or parts of it are changed.
    Merge(Box<Fields<Audience>>),
    /// Parts of it are changed.
    Patch(Box<Fields<Audience>>),
    /// It has this value now.
    Report {
        /// The value.
        value: ValueKind,
        /// Goes up with every report, if it is given.
        version: Option<i64>,
    },
    /// Its address was called.
    Ping(Ping),
    /// The card is removed.
    Remove,
}

/// What became of a card.
#[derive(Clone, Debug)]
pub struct KeptCard {
    /// As it is now, or was last.
    pub card: Card,
    /// The name of its board.
    pub board: String,
    /// Whether it was not there before.
    pub is_new: bool,
    /// Whether something was written: not, if it was told the same before.
    is_written: bool,
}

type Outcome = Result<KeptCard, CardError>;

/// Hands edits to the task that writes them; cheap to clone.
#[derive(Clone, Debug)]
pub struct CardQueue(mpsc::Sender<Job>);

/// The edits of one request.
#[derive(Debug)]
struct Job {
    keeper: Keeper,
    edits: Vec<Edit>,
    at_ms: i64,
    reply: oneshot::Sender<Vec<Outcome>>,
}

impl CardQueue {
    /// A queue, and the task that writes what is in it, and tells memory and the history. The task ends with the last
    /// handle. Whoever looks after alarms is woken when a report raises one.
    pub fn new(
        changes: Changes,
        state: State,
        history: History,
        alarms: Arc<Notify>,
    ) -> (Self, impl Future<Output = ()>) {
        let (queue, jobs) = mpsc::channel(MAX_WAITING);
        (Self(queue), work(changes, state, history, alarms, jobs))
    }

    /// Writes these edits in their order, and returns what became of each when it is on disk. Each stands alone: what is
    /// wrong with one keeps none of the others back.
    ///
    /// # Errors
    /// When the database did not take them, or was not heard of in 30 s. They may be there all the same then.
    pub async fn write(&self, keeper: Keeper, edits: Vec<Edit>) -> Result<Vec<Outcome>, DbErr> {
        let (reply, answer) = oneshot::channel();
        let job = Job { keeper, edits, at_ms: clock::now_ms(), reply };
        let written = async {
            self.0.send(job).await.ok()?;
            answer.await.ok()
        };
        let away = |why: &str| DbErr::Custom(why.into());
        let written = tokio::time::timeout(WRITE_TIMEOUT, written).await;
        written
            .map_err(|_| away("cards were not written in time"))?
            .ok_or_else(|| away("the server is stopping"))
    }
}

impl Job {
    /// Tells the history of every number that was reported, those too that were replaced at once.
    fn tell(&self, history: &History, outcomes: &[Outcome]) {
        for (edit, outcome) in self.edits.iter().zip(outcomes) {
            let Ok(KeptCard { card, is_written: true, .. }) = outcome else { continue };
            match (&edit.what, card.reading.number().filter(|_| edit.says_value())) {
                (What::Remove, _) => history.forget(&edit.key),
                (_, Some(number)) => history.record(&edit.key, self.at_ms, number),
                _ => {}
            }
        }
    }
}

impl Edit {
    fn says_value(&self) -> bool {
        match &self.what {
            What::Put(fields) | What::Merge(fields) | What::Patch(fields) => fields.value.is_some(),
            What::Report { .. } => true,
            What::Ping(_) | What::Remove => false,
        }
    }
}

async fn work(
    changes: Changes,
    state: State,
    history: History,
    alarms: Arc<Notify>,
    mut jobs: mpsc::Receiver<Job>,
) {
    let mut last = Instant::now();
    while let Some(first) = jobs.recv().await {
        // Who comes alone does not wait.
        let until = last + MAX_WAIT;
        let mut together = vec![first];
        let mut count = together[0].edits.len();
        while count < MAX_TOGETHER {
            let Ok(Some(job)) = timeout_at(until, jobs.recv()).await else { break };
            count += job.edits.len();
            together.push(job);
        }
        let outcomes = batch::write(&changes, &state, &alarms, &together).await;
        last = Instant::now();
        for (job, outcomes) in together.into_iter().zip(outcomes) {
            job.tell(&history, &outcomes);
            // Whoever does not wait any more has been told so.
            let _ = job.reply.send(outcomes);
        }
    }
    // Nobody reports any more: the minute that goes on is over.
    history.write_all(changes.db()).await;
}
