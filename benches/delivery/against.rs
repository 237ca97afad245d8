//! This build beside another one, in pairs: which of the two goes first alternates, so that what else the machine does
//! falls on both.

use std::{io, path::PathBuf};

use crate::{
    crowd,
    measures::{self, Plan, Round},
    servers::{Kind, ours},
    table::{self, median, short},
    transport::Transport,
};

/// One figure of a round.
type Of = fn(&Round) -> f64;

/// Measures so many pairs over one transport, and prints by what factor this build differs from the program: the median, and the middle half
/// of the pairs.
pub fn compare(program: PathBuf, pairs: usize, transport: Transport) -> io::Result<()> {
    crowd::make(Plan::PAIR.streams)?;
    crowd::make_for(&program)?;
    ours::set_other(program)?;
    let mut rounds: Vec<[Round; 2]> = Vec::new();
    for pair in 1..=pairs {
        let measure = |kind| measures::round(kind, transport, Plan::PAIR);
        rounds.push(if pair % 2 == 0 {
            let ours = measure(Kind::Tidings)?;
            [ours, measure(Kind::TidingsOther)?]
        } else {
            let other = measure(Kind::TidingsOther)?;
            [measure(Kind::Tidings)?, other]
        });
        let [ours, other] = rounds[pair - 1].map(|round| short(round.steady.cpu));
        eprintln!("pair {pair}: {ours} and {other} µs per delivery");
    }
    let measures: [(&str, Of); 8] = [
        ("CPU per delivery", |round| round.steady.cpu),
        ("p50 at 10/s", |round| round.steady.p50),
        ("p99 at 10/s", |round| round.steady.p99),
        ("burst, deliveries/s", |round| round.burst.rate),
        ("all reconnect, 10 missed each", |round| round.storm),
        ("memory per idle stream", |round| round.idle_memory),
        ("memory after load", |round| round.loaded_memory),
        ("CPU per idle stream", |round| round.idle_cpu),
    ];
    let rows = measures.map(|(what, of)| {
        let mut ratios: Vec<f64> = rounds.iter().map(|[ours, other]| of(ours) / of(other)).collect();
        ratios.sort_by(f64::total_cmp);
        let (low, high) = (ratios[pairs / 4], ratios[pairs - 1 - pairs / 4]);
        let [ours, other] = [0, 1].map(|side| median(rounds.iter().map(|pair| of(&pair[side])).collect()));
        vec![
            what.into(),
            short(ours),
            short(other),
            ratio(median(ratios)),
            format!("{} to {}", ratio(low), ratio(high)),
        ]
    });
    println!("{} streams, {}, {pairs} pairs", Plan::PAIR.streams, transport.name());
    table::print(&["", "this build", "the other", "this ÷ the other", "the middle half of the pairs"], &rows);
    Ok(())
}

fn ratio(value: f64) -> String {
    format!("{value:.3}")
}
