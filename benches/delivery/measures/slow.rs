//! Readers that read little or nothing: what they cost, and what the others notice of them.

use std::{io, time::Duration};

use super::delivered;
use crate::{
    load::{Appetite, Load},
    publisher::Publisher,
    servers::{Kind, Server, requests::Reader},
    table::percentile,
    usage,
};

/// What it was.
#[derive(Clone, Copy, Debug)]
pub struct Slow {
    /// The 99th percentile of the others, in milliseconds: before there are slow ones, and with them.
    pub p99_before: f64,
    pub p99: f64,
    /// kB per stuck stream: of the server, and of the kernel for both ends of its connection.
    pub memory: f64,
    pub kernel_memory: f64,
    /// Slow streams that the server still has open 45 s after they got stuck; absent when not waited for.
    pub held: Option<usize>,
}

/// Measures with so many streams, of which in the end a fifth reads nothing and a fifth 1 kB/s.
pub fn measure(streams: usize, steady: Duration, wait_for_cut: bool) -> io::Result<Slow> {
    let server = Kind::Tidings.start()?;
    let pids = server.pids()?;
    let mut load = Load::new(&server)?;
    let slow = streams / 5;
    let others = streams - 2 * slow;
    let posts = 10 * steady.as_secs() as u32;
    load.open(others, Reader::Crowd, Appetite::Full)?;
    post(&mut load, &server, others, 200, 10, 10)?;
    load.tally.latencies.clear();
    post(&mut load, &server, others, 200, 10, posts)?;
    let p99_before = percentile(&mut load.tally.latencies, 0.99);

    let open = usage::sockets(&pids)?;
    let (memory, kernel) = (usage::memory(&pids)?, usage::socket_memory()?);
    load.open(slow, Reader::Crowd, Appetite::Nothing)?;
    load.open(slow, Reader::Crowd, Appetite::Sips)?;
    // More than a socket holds, so that the slow ones get stuck.
    post(&mut load, &server, others, 4000, 20, 60)?;
    load.tally.latencies.clear();
    post(&mut load, &server, others, 200, 10, posts)?;
    let p99 = percentile(&mut load.tally.latencies, 0.99);
    let stuck = (2 * slow) as f64;
    let memory = (usage::memory(&pids)? - memory) / stuck;
    let kernel_memory = (usage::socket_memory()? - kernel) / stuck;
    let held = if wait_for_cut {
        load.run(Duration::from_secs(45).saturating_sub(steady))?;
        Some(usage::sockets(&pids)? - open)
    } else {
        None
    };
    match &load.tally.first_wrong {
        None => Ok(Slow { p99_before, p99, memory, kernel_memory, held }),
        Some(wrong) => Err(io::Error::other(format!("with slow readers: {wrong}"))),
    }
}

/// Broadcasts, and waits until the others have everything.
fn post(
    load: &mut Load,
    server: &Server,
    others: usize,
    size: usize,
    rate: u32,
    posts: u32,
) -> io::Result<()> {
    let due = load.tally.deliveries + u64::from(posts) * others as u64;
    let mut publisher = Publisher::connect(server, 8, load.published() as u32, load.start)?;
    publisher.size = size;
    delivered(load, due, || publisher.post_at(rate, posts)).map(drop)
}
