//! What a post for one person costs while others are connected, whom it does not concern.

use std::{io, time::Duration};

use super::delivered;
use crate::{
    load::{Appetite, Load},
    publisher::Publisher,
    servers::{
        Kind, Server,
        requests::{Reader, Whom},
    },
    table::percentile,
    usage,
};

/// Posts a second.
const RATE: u32 = 50;

/// What it was.
#[derive(Clone, Copy, Debug)]
pub struct OnePerson {
    /// Others connected.
    pub others: usize,
    /// Microseconds of the server's CPU per post, without what it uses when idle (heartbeats).
    pub cpu: f64,
    /// Latencies in milliseconds.
    pub p50: f64,
    pub p99: f64,
}

/// Measures with few and with many others connected, `rounds` times in turn.
pub fn measure(few: usize, many: usize, rounds: usize, time: Duration) -> io::Result<Vec<OnePerson>> {
    let server = Kind::Tidings.start()?;
    let mut load = Load::new(&server)?;
    load.open(1, Reader::Ann, Appetite::Full)?;
    load.open(few, Reader::Crowd, Appetite::Full)?;
    let mut measured = Vec::new();
    let mut next = 0;
    // Warm.
    post(&mut load, &server, &mut next, RATE)?;
    for _ in 0..rounds {
        measured.push(once(&mut load, &server, &mut next, time, few)?);
        load.fill(many + 1)?;
        measured.push(once(&mut load, &server, &mut next, time, many)?);
        (few + 1..many + 1).for_each(|index| load.close(index));
        load.run(Duration::from_secs(2))?;
    }
    Ok(measured)
}

fn once(
    load: &mut Load,
    server: &Server,
    next: &mut u32,
    time: Duration,
    others: usize,
) -> io::Result<OnePerson> {
    let pids = server.pids()?;
    load.run(Duration::from_secs(1))?;
    let start = usage::cpu(&pids)?;
    load.run(time)?;
    let idle = usage::cpu(&pids)?;
    load.tally.latencies.clear();
    let posts = RATE * time.as_secs() as u32;
    post(load, server, next, posts)?;
    let busy = usage::cpu(&pids)? - idle;
    let cpu = busy.saturating_sub(idle - start).as_secs_f64() * 1e6 / f64::from(posts);
    let latencies = &mut load.tally.latencies;
    Ok(OnePerson { others, cpu, p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) })
}

fn post(load: &mut Load, server: &Server, next: &mut u32, posts: u32) -> io::Result<()> {
    let due = load.tally.deliveries + u64::from(posts);
    let mut publisher = Publisher::connect(server, 4, *next, load.start)?;
    publisher.whom = Whom::Ann;
    *next += posts;
    delivered(load, due, || publisher.post_at(RATE, posts))?;
    match (load.tally.deliveries, load.published(), load.tally.wrong) {
        (deliveries, 0, 0) if deliveries == due => Ok(()),
        _ => Err(io::Error::other("a post for one person reached others, or came twice")),
    }
}
