//! Hours in small: as many streams as descriptors allow, some leaving and coming back all the time.

use std::{
    io, thread,
    time::{Duration, Instant},
};

use super::broadcast;
use crate::{
    load::{Appetite, Load},
    publisher::Publisher,
    servers::{Kind, requests::Reader},
    table::{self, percentile, short},
    usage,
};

/// Streams that leave and come back, per second.
const CHURN: usize = 20;

/// Runs for `time`, with one broadcast a second, and prints what it saw.
pub fn run(streams: usize, time: Duration) -> io::Result<()> {
    let mut server = Kind::Tidings.start()?;
    let pids = server.pids()?;
    let closed = usage::sockets(&pids)?;
    let empty = usage::memory(&pids)?;
    let mut load = Load::new(&server)?;
    let opening = load.open(streams, Reader::Crowd, Appetite::Full)?;
    println!(
        "{streams} streams, opened in {:.1} s; {CHURN}/s leave and come back, one broadcast a second",
        opening.as_secs_f64()
    );

    // So that each has a place to come back to.
    broadcast(&mut load, &server, 1, 1)?;
    let posts = time.as_secs() as u32;
    let mut publisher = Publisher::connect(&server, 4, 1, load.start)?;
    let mut rows = Vec::new();
    let cpu = usage::cpu(&pids)?;
    thread::scope(|scope| {
        let publishing = scope.spawn(move || publisher.post_at(1, posts));
        let start = Instant::now();
        let mut churned = 0;
        while start.elapsed() < time {
            while churned < (start.elapsed().as_secs_f64() * CHURN as f64) as usize {
                // Steps of a prime, so that all have their turn.
                let index = churned * 7919 % streams;
                load.close(index);
                load.reopen(index);
                churned += 1;
            }
            load.run(Duration::from_millis(50))?;
            if rows.len() < (start.elapsed().as_secs_f64() / time.as_secs_f64() * 10.0) as usize {
                let memory = (usage::memory(&pids)? - empty) / streams as f64;
                rows.push(vec![
                    format!("{:.0} s", start.elapsed().as_secs_f64()),
                    short(memory),
                    usage::sockets(&pids)?.to_string(),
                ]);
            }
        }
        publishing.join().expect("publishing does not panic")
    })?;
    let due = u64::from(posts + 1) * streams as u64;
    load.until(Duration::from_secs(60), "everybody to have everything", |tally| tally.deliveries >= due)?;
    load.run(Duration::from_secs(1))?;
    let cpu = (usage::cpu(&pids)? - cpu).as_secs_f64() / time.as_secs_f64();
    table::print(&["after", "kB per stream", "sockets"], &rows);

    let freed = close_all(&mut load, &pids, closed)?;
    let mut tally = std::mem::take(&mut load.tally);
    drop(load);
    println!(
        "\n{} deliveries of {due}, {} wrong, {} refused, {} cut",
        tally.deliveries, tally.wrong, tally.refused, tally.cut
    );
    println!(
        "p99 {} ms, CPU {} % of a core",
        short(percentile(&mut tally.latencies, 0.99)),
        short(cpu * 100.0)
    );
    println!("all streams closed: sockets back to {closed} after {freed:.2} s");
    // A task or an entry of the hub that was left would keep the server from ending: it waits for each.
    let stopped = server.stop()?;
    println!("told to stop, the server ended after {stopped:.2} s");
    if stopped > 1.0 {
        return Err(io::Error::other("something was left of the streams"));
    }
    if tally.wrong > 0 || tally.deliveries != due {
        return Err(io::Error::other(format!("not exactly once: {:?}", tally.first_wrong)));
    }
    Ok(())
}

/// Ends all streams at once; how many seconds until the server has as few sockets as before.
fn close_all(load: &mut Load, pids: &[u32], closed: usize) -> io::Result<f64> {
    (0..load.len()).for_each(|index| load.close(index));
    let start = Instant::now();
    while usage::sockets(pids)? > closed {
        if start.elapsed() > Duration::from_secs(60) {
            let open = usage::sockets(pids)?;
            return Err(io::Error::other(format!(
                "{open} sockets are open a minute after the streams, {closed} were before"
            )));
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(start.elapsed().as_secs_f64())
}
