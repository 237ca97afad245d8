//! How failed sign-ins are slowed down, and nobody else is.
//!
//! Failures are counted by the name that was typed, whether anybody has it or not, and by the address they
//! come from (an IPv6 network of 64 bits counts as one, since one customer has all of it). One failure is
//! forgiven every half minute. The first ten cost nothing; from there on the wait doubles with each.
//!
//! - **By name**, every attempt waits *before* the password is looked at, the right one like the wrong ones,
//!   so that how long it takes says nothing. The wait ends at one second: a stranger who fails on purpose can
//!   make somebody's signing in a second slower, and cannot keep them out.
//! - **By address**, only the answer to a failure waits, *after* the password was looked at. The right
//!   password is answered at once, however many neighbours behind the same address mistype theirs.
//!
//! Who calls addresses with secrets that nobody knows is counted by address, too, apart from the sign-ins, and waits up
//! to a second for each answer.
//!
//! A success takes nothing off the counts: whoever is guessing would learn from it that the user exists and
//! is there. A guesser with many connections is bounded by the line in which passwords are hashed, for all
//! names together (`passwords`), and by passwords that are not among the ones guessed first.
//!
//! The counts are kept in memory and bounded, and so are those who wait: beyond that, nobody waits, and the
//! hashing line alone bounds the load. Several nodes count together as long as there is Redis between them, and
//! each for itself when there is not.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::{sync::Semaphore, time::Instant};

use crate::{domain::users, live::Broker};

/// People mistype, and try their other passwords.
const FREE_FAILURES: u32 = 10;

/// One failure is forgiven in so long.
const FORGIVE_INTERVAL: Duration = Duration::from_secs(30);

/// What the first failure that is not free costs.
const FIRST_WAIT: Duration = Duration::from_millis(125);

/// Anybody may be made to wait so long by somebody else's failures: it must not keep them out.
const MAX_WAIT_BY_NAME: Duration = Duration::from_secs(1);

/// Only failures wait so long.
const MAX_WAIT_BY_ADDRESS: Duration = Duration::from_secs(8);

/// Whoever asks for secrets cannot find one; jobs that call an address that is gone are many, and are to end.
const MAX_WAIT_BY_SECRET: Duration = Duration::from_secs(1);

/// Counted failures are forgiven within minutes after the last: more than these change no wait.
const MAX_COUNTED: u32 = FREE_FAILURES + 8;

/// Names, and addresses, that are counted at the same time.
const MAX_KEPT: usize = 10_000;

/// Each holds a connection.
const MAX_WAITING: usize = 256;

/// Counts failures and makes them wait; cheap to clone.
#[derive(Clone, Debug)]
pub struct Throttle(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    names: Mutex<Failures>,
    addresses: Mutex<Failures>,
    /// By address, too: those who called addresses with secrets that nobody knows.
    secrets: Mutex<Failures>,
    waiting: Semaphore,
    broker: Broker,
    /// What was typed may be long: its hash is kept. Random, so that nobody can make two names collide.
    keys: RandomState,
}

impl Throttle {
    /// Nobody has failed yet, as far as this node knows.
    pub fn new(broker: Broker) -> Self {
        Self(Arc::new(Inner {
            names: Mutex::default(),
            addresses: Mutex::default(),
            secrets: Mutex::default(),
            waiting: Semaphore::new(MAX_WAITING),
            broker,
            keys: RandomState::new(),
        }))
    }

    /// Waits as long as the name's failures demand; before its password is looked at.
    pub async fn before(&self, name: &str) {
        let here = locked(&self.0.names).count(self.name(name));
        let everywhere = self.0.broker.countdown(&shared("name", &users::key(name))).await;
        self.wait(here.max(everywhere.map_or(0, failures_left)), MAX_WAIT_BY_NAME).await;
    }

    /// Counts a failure, and waits as long as the address's earlier ones demand; before it is answered.
    pub async fn after_failure(&self, name: &str, from: IpAddr) {
        locked(&self.0.names).add(self.name(name));
        self.count_everywhere(&shared("name", &users::key(name))).await;
        let here = locked(&self.0.addresses).add(self.0.keys.hash_one(network(from)));
        let everywhere = self.count_everywhere(&shared("address", &network(from).to_string())).await;
        self.wait(here.max(everywhere), MAX_WAIT_BY_ADDRESS).await;
    }

    /// Counts a secret in an address that nobody knows, and waits as long as the client's earlier ones demand.
    pub async fn after_unknown_secret(&self, from: IpAddr) {
        let here = locked(&self.0.secrets).add(self.0.keys.hash_one(network(from)));
        let everywhere = self.count_everywhere(&shared("secret", &network(from).to_string())).await;
        self.wait(here.max(everywhere), MAX_WAIT_BY_SECRET).await;
    }

    /// Counts another failure for all nodes together; how many there were before, if that can be told.
    async fn count_everywhere(&self, key: &str) -> u32 {
        let before = self.0.broker.prolong(key, FORGIVE_INTERVAL, FORGIVE_INTERVAL * MAX_COUNTED).await;
        before.map_or(0, failures_left)
    }

    fn name(&self, typed: &str) -> u64 {
        self.0.keys.hash_one(users::key(typed))
    }

    async fn wait(&self, failures: u32, longest: Duration) {
        let Some(doublings) = failures.checked_sub(FREE_FAILURES) else { return };
        let Ok(_permit) = self.0.waiting.try_acquire() else { return };
        tokio::time::sleep((FIRST_WAIT * 2_u32.pow(doublings.min(MAX_COUNTED))).min(longest)).await;
    }
}

/// By name or address: when the last of its failures will be forgiven, which tells how many there are.
#[derive(Debug, Default)]
struct Failures(HashMap<u64, Instant>);

impl Failures {
    fn count(&self, key: u64) -> u32 {
        self.0.get(&key).map_or(0, |forgiven| count(*forgiven))
    }

    /// Counts another failure; how many there were before.
    fn add(&mut self, key: u64) -> u32 {
        if self.0.len() >= MAX_KEPT && !self.0.contains_key(&key) {
            self.make_room();
        }
        let now = Instant::now();
        let forgiven = self.0.entry(key).or_insert(now);
        let before = count(*forgiven);
        *forgiven = (*forgiven).max(now) + FORGIVE_INTERVAL;
        *forgiven = (*forgiven).min(now + FORGIVE_INTERVAL * MAX_COUNTED);
        before
    }

    /// Made-up names must not push out those that are being guessed at.
    fn make_room(&mut self) {
        self.0.retain(|_, forgiven| count(*forgiven) > 0);
        if self.0.len() >= MAX_KEPT {
            self.0.retain(|_, forgiven| count(*forgiven) >= FREE_FAILURES);
        }
        if self.0.len() >= MAX_KEPT {
            self.0.clear();
        }
    }
}

fn count(forgiven: Instant) -> u32 {
    failures_left(forgiven.saturating_duration_since(Instant::now()))
}

/// So many failures are forgiven in that time.
fn failures_left(left: Duration) -> u32 {
    // Begun is not forgiven; and there are never more than MAX_COUNTED.
    u32::try_from(left.as_millis().div_ceil(FORGIVE_INTERVAL.as_millis())).unwrap_or(MAX_COUNTED)
}

/// Under what all nodes know it. What was typed as a name may be a password: only its hash leaves this process.
fn shared(kind: &str, key: &str) -> String {
    let hash = Sha256::digest(key);
    hash.iter().fold(format!("failures:{kind}:"), |name, byte| format!("{name}{byte:02x}"))
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !0 << 64).into(),
        address => address,
    }
}

fn locked(failures: &Mutex<Failures>) -> std::sync::MutexGuard<'_, Failures> {
    // A panic while it was held left at worst one failure uncounted.
    failures.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    async fn took(work: impl Future<Output = ()>) -> Duration {
        let start = Instant::now();
        work.await;
        start.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn ten_failures_are_free_then_the_wait_doubles_to_its_end_and_is_forgiven() {
        let throttle = Throttle::new(Broker::new(None).expect("it needs no address"));
        let mut waits = Vec::new();
        for round in 0..16 {
            waits.push(took(throttle.before("Ann")).await.as_millis());
            // From everywhere, so that only the name slows it down.
            throttle.after_failure("ａnn\u{a0}\u{200b}", IpAddr::from([10, 0, 0, round])).await;
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 125, 250, 500, 1000, 1000, 1000]);
        assert_eq!(took(throttle.before("bea")).await, Duration::ZERO, "others are not concerned");

        tokio::time::advance(FORGIVE_INTERVAL * 8).await;
        assert_eq!(took(throttle.before("ann")).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_slows_its_failures_and_nobody_elses() {
        let throttle = Throttle::new(Broker::new(None).expect("it needs no address"));
        for name in 0..12 {
            throttle.after_failure(&name.to_string(), address("2001:db8::1")).await;
        }

        assert_eq!(took(throttle.before("ann")).await, Duration::ZERO, "not before the password is seen");
        let neighbour = took(throttle.after_failure("a", address("2001:db8::2"))).await;
        assert_eq!(neighbour, Duration::from_millis(500), "a network of 64 bits is one address");
        assert_eq!(took(throttle.after_failure("b", address("2001:db8:0:1::1"))).await, Duration::ZERO);
        assert_eq!(took(throttle.after_failure("c", address("192.0.2.1"))).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn unknown_secrets_slow_their_address_and_no_sign_in_from_there() {
        let throttle = Throttle::new(Broker::new(None).expect("it needs no address"));
        let mut waits = Vec::new();
        for _ in 0..16 {
            waits.push(took(throttle.after_unknown_secret(address("192.0.2.1"))).await.as_millis());
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 125, 250, 500, 1000, 1000, 1000]);
        assert_eq!(took(throttle.after_unknown_secret(address("192.0.2.2"))).await, Duration::ZERO);
        assert_eq!(took(throttle.after_failure("ann", address("192.0.2.1"))).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn made_up_names_take_bounded_room_and_push_out_none_that_is_guessed_at() {
        let mut failures = Failures::default();
        for _ in 0..12 {
            failures.add(u64::MAX);
        }

        for name in 0..100_000 {
            failures.add(name);
        }

        assert!(failures.0.len() <= MAX_KEPT);
        assert_eq!(failures.count(u64::MAX), 12);
    }
}
