//! A clock that tests move. It is compiled only with the feature `test-clock`, which no build for others has: without it,
//! neither the variable nor what reads it is in the program.
//!
//! The variable names a descriptor, given at start, from which lines such as `+3600000` are read: so many milliseconds
//! later it is now, at most seven weeks by one line. No request can say so. Only the clock is moved: what waits by tokio's
//! timers, or counts by `Instant` how long ago something was, takes as long as ever.

use std::{
    env,
    fs::File,
    io::{self, BufRead, BufReader},
    sync::atomic::{AtomicI64, Ordering::Relaxed},
    thread,
};

use jiff::{SignedDuration, Timestamp};

/// Says at which descriptor a pipe with the lines is.
const VARIABLE: &str = "TIDINGS_TEST_CLOCK";

/// How far this clock is ahead of the machine's.
static AHEAD_MS: AtomicI64 = AtomicI64::new(0);

pub(super) fn now() -> Timestamp {
    let ahead = SignedDuration::from_millis(AHEAD_MS.load(Relaxed));
    Timestamp::now().saturating_add(ahead).expect("a span of hours and less can always be added")
}

/// Reads the lines in a thread of its own, if the variable names a descriptor.
pub(crate) fn listen() -> io::Result<()> {
    let Ok(descriptor) = env::var(VARIABLE) else { return Ok(()) };
    tracing::warn!("This program was built for tests: its clock can be moved");
    thread::Builder::new().name("clock".into()).spawn(move || {
        if let Err(error) = follow(&descriptor) {
            tracing::error!(%error, "The clock cannot be moved any more");
        }
    })?;
    Ok(())
}

fn follow(descriptor: &str) -> io::Result<()> {
    // By its name, since a number is turned into a file only by unsafe code.
    let pipe = File::open(format!("/proc/self/fd/{descriptor}"))?;
    for line in BufReader::new(pipe).lines() {
        let forward_ms = i64::from(line?.trim().parse::<u32>().map_err(io::Error::other)?);
        let ahead_ms = AHEAD_MS.fetch_add(forward_ms, Relaxed) + forward_ms;
        tracing::info!(ahead_ms, "The clock was moved");
    }
    Ok(())
}
