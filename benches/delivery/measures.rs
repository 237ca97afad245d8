//! What is measured of every server, in one round on a fresh one; the rest is of Tidings alone.

use std::{
    io,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    load::{Appetite, Load, Tally},
    publisher::Publisher,
    servers::{Kind, Server, requests::Reader},
    table::percentile,
    transport::Transport,
    usage,
};

pub mod durable;
pub mod one_person;
pub mod slow;
pub mod soak;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Streams at a time.
    pub streams: usize,
    /// Rounds, of which the median counts.
    pub rounds: usize,
    /// For how long nothing happens: one heartbeat falls into it, of servers that have one every 15 s. Not measured when zero.
    pub idle: Duration,
    /// For how long there are 10 broadcasts a second.
    pub steady: Duration,
    /// Broadcasts at once.
    pub burst: u32,
}

impl Plan {
    /// What the targets are set for.
    pub const FULL: Self = Self {
        streams: 10_000,
        rounds: 3,
        idle: Duration::from_secs(15),
        steady: Duration::from_secs(10),
        burst: 100,
    };

    /// Of each of two builds, again and again.
    pub const PAIR: Self = Self {
        streams: 5_000,
        rounds: 1,
        idle: Duration::from_secs(15),
        steady: Duration::from_secs(6),
        burst: 100,
    };

    /// Under two minutes in all: to see that it works, and roughly how well.
    pub const QUICK: Self =
        Self { streams: 2_000, rounds: 1, idle: Duration::ZERO, steady: Duration::from_secs(4), burst: 100 };
}

/// What one round of one server gave.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// kB per stream that has had nothing yet, and after everything but the storm.
    pub idle_memory: f64,
    pub loaded_memory: f64,
    /// Microseconds of the server's CPU per second and stream while nothing is published.
    pub idle_cpu: f64,
    pub steady: Steady,
    pub burst: Burst,
    /// Seconds until all have caught up.
    pub storm: f64,
    /// Connections that were refused and streams that were cut.
    pub refused: f64,
}

/// What a round gave that is over after the 10 broadcasts a second.
#[derive(Clone, Copy, Debug)]
pub struct Short {
    /// kB per stream that has had nothing yet, and after the broadcasts.
    pub idle_memory: f64,
    pub loaded_memory: f64,
    pub steady: Steady,
    /// Connections that were refused and streams that were cut.
    pub refused: f64,
}

/// 10 broadcasts a second.
#[derive(Clone, Copy, Debug)]
pub struct Steady {
    /// Microseconds of the server's CPU per delivery.
    pub cpu: f64,
    /// Latencies in milliseconds.
    pub p50: f64,
    pub p99: f64,
    /// Bytes on the wire per delivery.
    pub bytes: f64,
    /// What others used of this machine meanwhile, in percent of one core.
    pub others: f64,
}

/// Many broadcasts at once.
#[derive(Clone, Copy, Debug)]
pub struct Burst {
    /// Deliveries a second.
    pub rate: f64,
    pub events_per_read: f64,
}

/// Runs one round.
pub fn round(kind: Kind, transport: Transport, plan: Plan) -> io::Result<Round> {
    let server = kind.start_over(transport)?;
    let pids = server.pids()?;
    let mut load = Load::new(&server)?;
    let opened = open(&mut load, &server, plan)?;
    let idle_cpu = idle(&mut load, &pids, plan)?;
    let steady = steady(&mut load, &server, plan)?;
    let burst = burst(&mut load, &server, plan)?;
    load.run(Duration::from_secs(1))?;
    let loaded_memory = (usage::memory(&pids)? - opened.before) / plan.streams as f64;
    let storm = storm(&mut load, &server, opened.sockets)?;
    let refused = refused(&load, &server)?;
    Ok(Round { idle_memory: opened.idle_memory, loaded_memory, idle_cpu, steady, burst, storm, refused })
}

/// Runs one round without the burst and the storm.
pub fn short_round(kind: Kind, transport: Transport, plan: Plan) -> io::Result<Short> {
    let server = kind.start_over(transport)?;
    let mut load = Load::new(&server)?;
    let opened = open(&mut load, &server, plan)?;
    let steady = steady(&mut load, &server, plan)?;
    load.run(Duration::from_secs(1))?;
    let loaded_memory = (usage::memory(&server.pids()?)? - opened.before) / plan.streams as f64;
    let refused = refused(&load, &server)?;
    Ok(Short { idle_memory: opened.idle_memory, loaded_memory, steady, refused })
}

/// What was seen when all streams were opened.
struct Opened {
    /// kB of the server before.
    before: f64,
    /// Its sockets that are not streams.
    sockets: usize,
    /// kB per stream.
    idle_memory: f64,
}

fn open(load: &mut Load, server: &Server, plan: Plan) -> io::Result<Opened> {
    let pids = server.pids()?;
    load.open(1, Reader::Crowd, Appetite::Full)?;
    broadcast(load, server, 1, 10)?;
    // Until what starting took is given back.
    load.run(Duration::from_secs(2))?;
    let (before, sockets) = (usage::memory(&pids)?, usage::sockets(&pids)? - 1);
    load.open(plan.streams - 1, Reader::Crowd, Appetite::Full)?;
    load.run(Duration::from_secs(2))?;
    Ok(Opened { before, sockets, idle_memory: (usage::memory(&pids)? - before) / plan.streams as f64 })
}

/// Does nothing for a while; how many microseconds of CPU that takes per second and stream.
fn idle(load: &mut Load, pids: &[u32], plan: Plan) -> io::Result<f64> {
    let before = usage::threads(pids)?;
    load.run(plan.idle)?;
    let cpu = usage::threads_since(&before, pids)?;
    Ok(cpu.as_secs_f64() * 1e6 / plan.idle.as_secs_f64() / load.len() as f64)
}

/// Connections that were refused and streams that were cut; what came was right.
fn refused(load: &Load, server: &Server) -> io::Result<f64> {
    let Tally { wrong, first_wrong, refused, cut, .. } = &load.tally;
    match first_wrong {
        None => Ok((refused + cut) as f64),
        Some(first) => {
            Err(io::Error::other(format!("{}: {wrong} wrong deliveries: {first}", server.kind.name())))
        }
    }
}

/// Publishes at 10 a second for a while.
fn steady(load: &mut Load, server: &Server, plan: Plan) -> io::Result<Steady> {
    let pids = server.pids()?;
    load.tally.latencies.clear();
    load.tally.bytes = 0;
    let (cpu, machine, start) = (usage::cpu(&pids)?, usage::machine_cpu()?, Instant::now());
    let client = usage::cpu(&[std::process::id()])?;
    let deliveries = broadcast(load, server, 10 * plan.steady.as_secs() as u32, 10)?;
    let time = start.elapsed().as_secs_f64();
    let cpu = (usage::cpu(&pids)? - cpu).as_secs_f64();
    let client = (usage::cpu(&[std::process::id()])? - client).as_secs_f64();
    let others = (usage::machine_cpu()? - machine).as_secs_f64() - cpu - client;
    let latencies = &mut load.tally.latencies;
    Ok(Steady {
        cpu: cpu * 1e6 / deliveries,
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        bytes: load.tally.bytes as f64 / deliveries,
        others: 100.0 * others / time,
    })
}

/// Publishes all at once, each over a connection of its own.
fn burst(load: &mut Load, server: &Server, plan: Plan) -> io::Result<Burst> {
    let (reads, due) = (load.tally.reads, load.tally.deliveries + u64::from(plan.burst) * load.len() as u64);
    let mut publisher = Publisher::connect(server, plan.burst as usize, load.published() as u32, load.start)?;
    let time = delivered(load, due, || {
        (0..plan.burst).try_for_each(|_| publisher.post())?;
        publisher.finish()
    })?;
    let deliveries = f64::from(plan.burst) * load.len() as f64;
    let reads = (load.tally.reads - reads) as f64;
    Ok(Burst { rate: deliveries / time.as_secs_f64(), events_per_read: deliveries / reads })
}

/// All go, miss 10 posts, and come back at the same time; how many seconds until all have caught up.
fn storm(load: &mut Load, server: &Server, closed: usize) -> io::Result<f64> {
    let pids = server.pids()?;
    (0..load.len()).for_each(|index| load.close(index));
    let gone = Instant::now();
    while usage::sockets(&pids)? > closed {
        if gone.elapsed() > Duration::from_secs(20) {
            if server.kind.is_tidings() {
                return Err(io::Error::other("streams that are closed hold their sockets after 20 s"));
            }
            eprintln!("{} holds sockets of streams that are closed", server.kind.name());
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let mut publisher = Publisher::connect(server, 1, load.published() as u32, load.start)?;
    publisher.post_at(10, 10)?;
    let due = load.tally.deliveries + 10 * load.len() as u64;
    (0..load.len()).for_each(|index| load.reopen(index));
    let time = load.until(Duration::from_secs(120), "the storm", |tally| tally.deliveries >= due)?;
    // Whether there was one too many.
    load.run(Duration::from_millis(300))?;
    (load.tally.deliveries == due)
        .then_some(time.as_secs_f64())
        .ok_or_else(|| io::Error::other("a post came twice"))
}

/// Publishes to all streams and waits until every one of them has every post; how many deliveries that was.
pub fn broadcast(load: &mut Load, server: &Server, posts: u32, rate: u32) -> io::Result<f64> {
    let deliveries = u64::from(posts) * load.tally.live as u64;
    let due = load.tally.deliveries + deliveries;
    let mut publisher = Publisher::connect(server, 8, load.published() as u32, load.start)?;
    delivered(load, due, || publisher.post_at(rate, posts))?;
    Ok(deliveries as f64)
}

/// Publishes on a thread of its own, and reads until there are `due` deliveries; how long that took.
pub fn delivered(
    load: &mut Load,
    due: u64,
    publish: impl FnOnce() -> io::Result<()> + Send,
) -> io::Result<Duration> {
    let has_failed = AtomicBool::new(false);
    thread::scope(|scope| {
        let publishing = scope.spawn(|| publish().inspect_err(|_| has_failed.store(true, Ordering::Relaxed)));
        let is_done = |tally: &Tally| tally.deliveries >= due || has_failed.load(Ordering::Relaxed);
        let time = load.until(Duration::from_secs(120), "deliveries", is_done)?;
        publishing.join().expect("publishing does not panic").map(|()| time)
    })
}
