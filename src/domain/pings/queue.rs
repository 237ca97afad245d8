//! Pings that were answered and wait to be written: of each card at most once a second, however often its address is
//! called. The first one is written at once, and the last one when the second is over, or at the stop.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use tokio::{
    sync::Notify,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::domain::cards::{CardError, CardKey, CardQueue, Edit, Keeper, Ping, What};

/// A card is written at most once in so long.
const WRITE_INTERVAL: Duration = Duration::from_secs(1);

/// What comes in so short a time is written together.
const PAUSE: Duration = Duration::from_millis(20);

/// Bytes that came with pings and wait; what is beyond that is left out.
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;

/// Takes pings; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct PingQueue(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    // A std mutex: held to look or to put something in, never over an await.
    waiting: Mutex<Waiting>,
    came: Notify,
}

/// The cards that were pinged in the last second.
#[derive(Debug, Default)]
struct Waiting {
    cards: HashMap<CardKey, Pinged>,
    /// How long all bodies are together.
    bytes: usize,
}

#[derive(Debug)]
struct Pinged {
    keeper: Keeper,
    /// The last that said how it ended and the last that said that it began, in their order.
    pings: Vec<Ping>,
    due: Instant,
}

impl PingQueue {
    /// Takes a ping to be written, and returns at once.
    pub fn take(&self, key: CardKey, keeper: Keeper, ping: Ping) {
        self.waiting().put(key, keeper, ping, Instant::now());
        self.0.came.notify_one();
    }

    /// Writes what is due, until the stop; then everything.
    pub async fn run(self, queue: CardQueue, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let next = self.waiting().cards.values().map(|pinged| pinged.due).min();
            tokio::select! {
                () = self.0.came.notified() => {}
                () = sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => {}
                () = stop.cancelled() => break,
            }
            self.write(&queue, Instant::now()).await;
            sleep(PAUSE).await;
        }
        self.write(&queue, Instant::now() + WRITE_INTERVAL).await;
        tracing::debug!("The writing of pings has ended");
    }

    /// Writes the cards that are due at this time. What the database does not take is tried again.
    async fn write(&self, queue: &CardQueue, now: Instant) {
        let due = self.waiting().take_due(now);
        let written = join_all(due.iter().map(|(key, keeper, pings)| write(queue, key, keeper, pings))).await;
        let unwritten = due.into_iter().zip(written).filter(|(_, is_written)| !is_written);
        for ((key, keeper, pings), _) in unwritten {
            self.waiting().put_back(key, keeper, pings);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // A panic while it was held left each card as it was before or after a ping.
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Puts a ping behind those of its card: in the place of the one before it that said the same kind of thing.
    fn put(&mut self, key: CardKey, keeper: Keeper, mut ping: Ping, due: Instant) {
        if self.bytes > MAX_WAITING_BYTES {
            ping.body = None;
        }
        let pinged = self.cards.entry(key).or_insert_with(|| Pinged {
            keeper: keeper.clone(),
            pings: Vec::new(),
            due,
        });
        pinged.keeper = keeper;
        self.bytes -= bytes(&pinged.pings);
        pinged.pings.retain(|before| before.signal.is_end() != ping.signal.is_end());
        pinged.pings.push(ping);
        self.bytes += bytes(&pinged.pings);
    }

    /// The pings that are due; their cards are due again in a second. A card that was not pinged meanwhile is forgotten.
    fn take_due(&mut self, now: Instant) -> Vec<(CardKey, Keeper, Vec<Ping>)> {
        self.cards.retain(|_, pinged| pinged.due > now || !pinged.pings.is_empty());
        let due = self.cards.iter_mut().filter(|(_, pinged)| pinged.due <= now);
        let taken: Vec<_> = due
            .map(|(key, pinged)| {
                pinged.due = Instant::now() + WRITE_INTERVAL;
                (key.clone(), pinged.keeper.clone(), std::mem::take(&mut pinged.pings))
            })
            .collect();
        self.bytes -= taken.iter().map(|(.., pings)| bytes(pings)).sum::<usize>();
        taken
    }

    /// What came meanwhile came later.
    fn put_back(&mut self, key: CardKey, keeper: Keeper, pings: Vec<Ping>) {
        let due = Instant::now() + WRITE_INTERVAL;
        let later = self.cards.remove(&key);
        self.bytes -= later.as_ref().map_or(0, |pinged| bytes(&pinged.pings));
        for ping in pings.into_iter().chain(later.into_iter().flat_map(|pinged| pinged.pings)) {
            self.put(key.clone(), keeper.clone(), ping, due);
        }
    }
}

/// Writes the pings of a card; whether nothing is left to do.
async fn write(queue: &CardQueue, key: &CardKey, keeper: &Keeper, pings: &[Ping]) -> bool {
    let edit = |ping: &Ping| Edit { key: key.clone(), what: What::Ping(ping.clone()) };
    let outcomes = queue.write(keeper.clone(), pings.iter().map(edit).collect()).await;
    let error = match outcomes {
        Ok(outcomes) => outcomes.into_iter().find_map(Result::err),
        Err(error) => Some(error.into()),
    };
    match error {
        Some(CardError::Database(error)) => {
            tracing::error!(%error, card.key = %key, "A ping could not be written; it is tried again");
            false
        }
        Some(error) => {
            tracing::warn!(%error, card.key = %key, "A ping was not written");
            true
        }
        None => true,
    }
}

fn bytes(pings: &[Ping]) -> usize {
    pings.iter().filter_map(|ping| ping.body.as_ref()).map(String::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{audit::Actor, cards::Signal};
    use crate::{ids::UserId, live::audience::Viewer};

    fn keeper() -> Keeper {
        let user = UserId(1);
        let owner = Viewer {
            user,
            is_external: false,
            is_admin: false,
            memberships: Box::default(),
            screen: None,
            as_of: 0,
        };
        Keeper { owner, by: Actor::server(), only: None, token: None }
    }

    fn takes(waiting: &mut Waiting, signal: Signal, body: &str) {
        let key = CardKey::parse("job").expect("a key");
        let body = (!body.is_empty()).then(|| body.to_owned());
        waiting.put(key, keeper(), Ping { signal, at_ms: 1, body }, Instant::now());
    }

    fn signals(taken: &[(CardKey, Keeper, Vec<Ping>)]) -> Vec<Signal> {
        taken.iter().flat_map(|(.., pings)| pings.iter().map(|ping| ping.signal)).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_goes_at_once_and_of_the_others_the_last_of_each_kind_a_second_later() {
        let mut waiting = Waiting::default();
        takes(&mut waiting, Signal::Start, "");
        assert_eq!(signals(&waiting.take_due(Instant::now())), [Signal::Start]);

        for _ in 0..1000 {
            takes(&mut waiting, Signal::Fail, "a body");
            takes(&mut waiting, Signal::Start, "");
            takes(&mut waiting, Signal::Ok, "another");
        }
        assert!(waiting.take_due(Instant::now()).is_empty(), "not within the second");
        assert_eq!(waiting.bytes, "another".len());
        tokio::time::advance(WRITE_INTERVAL).await;

        assert_eq!(signals(&waiting.take_due(Instant::now())), [Signal::Start, Signal::Ok]);
        assert_eq!(waiting.bytes, 0);
        tokio::time::advance(WRITE_INTERVAL).await;
        assert!(waiting.take_due(Instant::now()).is_empty());
        assert!(waiting.cards.is_empty(), "it is forgotten");
    }

    #[tokio::test(start_paused = true)]
    async fn what_could_not_be_written_stays_before_what_came_meanwhile() {
        let mut waiting = Waiting::default();
        takes(&mut waiting, Signal::Start, "");
        let taken = waiting.take_due(Instant::now()).remove(0);
        takes(&mut waiting, Signal::Exit(3), "later");

        waiting.put_back(taken.0, taken.1, taken.2);

        assert_eq!(waiting.bytes, "later".len());
        tokio::time::advance(WRITE_INTERVAL).await;
        assert_eq!(signals(&waiting.take_due(Instant::now())), [Signal::Start, Signal::Exit(3)]);
    }
}
