//! Streams of pages over TLS beside the same in the clear: with HTTP/1.1, and with HTTP/2, each alone on a connection.

use std::{io, time::Instant};

use crate::{
    measures::{self, Plan, Short},
    servers::Kind,
    table::{self, Target, median, short},
    transport::Transport,
};

/// Fewer than there are in the clear: the client decrypts what it gets, on the same cores.
const SHARE: usize = 5;

/// One figure of a round.
type Of = fn(&Short) -> f64;

/// Measures each in interleaved rounds, and prints what it saw.
pub fn compare(plan: Plan, targets: &mut Vec<Target>) -> io::Result<()> {
    let plan = Plan { streams: plan.streams / SHARE, ..plan };
    let mut rounds: [Vec<Short>; 3] = Default::default();
    for round in 1..=plan.rounds {
        for (transport, rounds) in Transport::ALL.into_iter().zip(&mut rounds) {
            let start = Instant::now();
            rounds.push(measures::short_round(Kind::TidingsPages, transport, plan)?);
            eprintln!("round {round}: {}, {:.0} s", transport.name(), start.elapsed().as_secs_f64());
        }
    }
    let of = |at: usize, what: Of| median(rounds[at].iter().map(what).collect());
    let row = |at: usize| {
        vec![
            Transport::ALL[at].name().to_owned(),
            format!("{} ({})", short(of(at, |r| r.idle_memory)), short(of(at, |r| r.loaded_memory))),
            short(of(at, |r| r.steady.cpu)),
            format!("{} / {}", short(of(at, |r| r.steady.p50)), short(of(at, |r| r.steady.p99))),
            short(of(at, |r| r.refused)),
        ]
    };
    let head = format!("{} streams of pages", plan.streams);
    table::print(
        &[
            &head,
            "kB per idle stream (after load)",
            "CPU per delivery, µs",
            "p50 / p99 at 10/s, ms",
            "refused or cut",
        ],
        &[0, 1, 2].map(row),
    );
    // Each with what came just before it in the clear: what else the machine does falls on both.
    let ratio = |at: usize, what: Of| {
        median(rounds[at].iter().zip(&rounds[0]).map(|(tls, plain)| what(tls) / what(plain)).collect())
    };
    targets.push(Target::most("TLS, HTTP/1.1: kB per idle stream", of(1, |r| r.idle_memory), 15.0));
    targets.push(Target::most("TLS, HTTP/2, alone: kB per idle stream", of(2, |r| r.idle_memory), 40.0));
    targets.push(Target::most("TLS, HTTP/1.1: CPU per delivery ÷ plain", ratio(1, |r| r.steady.cpu), 1.5));
    targets.push(Target::most("TLS, HTTP/2: CPU per delivery ÷ plain", ratio(2, |r| r.steady.cpu), 1.5));
    Ok(())
}
