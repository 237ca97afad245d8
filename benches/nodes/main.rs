//! Measures one, two and three nodes on one PostgreSQL with Redis between them, all on this machine, in
//! interleaved rounds: how many posts they take, and how long one takes to a screen.
//! `cargo bench --bench nodes [-- --quick]`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot be made is of no use")]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use support::{Postgres, Program, Redis, Role, Stream, TestApp, TestDatabase};
use tokio::task::JoinSet;

#[expect(dead_code, unused_imports, reason = "a part of these words is enough here")]
#[path = "../../tests/support/mod.rs"]
mod support;

const CLIENTS: usize = 32;
const STREAMS: usize = 30;
const MAX_NODES: usize = 3;

/// Between two posts whose way to the screens is measured.
const PAUSE: Duration = Duration::from_millis(100);

/// What one round found out.
#[derive(Clone, Copy, Default)]
struct Round {
    posts_a_second: f64,
    /// Milliseconds from the request to the screen: at the node that took the post, and at the others.
    here: [f64; 2],
    elsewhere: [f64; 2],
}

#[tokio::main]
async fn main() {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let (rounds, span) = if is_quick { (1, Duration::from_secs(2)) } else { (3, Duration::from_secs(10)) };
    let (postgres, redis) = (Postgres::start().await, Redis::start().await);
    let mut found = vec![Vec::new(); MAX_NODES];
    for _ in 0..rounds {
        for (at, found) in found.iter_mut().enumerate() {
            found.push(round(&postgres, &redis, at + 1, span).await);
        }
    }
    println!(
        "{CLIENTS} clients that post, {STREAMS} streams, medians of {rounds} interleaved rounds of {span:?}"
    );
    println!("| nodes | posts/s | p50 / p99 at the same node, ms | p50 / p99 at another node, ms |");
    println!("|---|---|---|---|");
    for (at, rounds) in found.iter().enumerate() {
        let median = |of: fn(&Round) -> f64| {
            let mut values: Vec<_> = rounds.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values[values.len() / 2]
        };
        let elsewhere = match at {
            0 => "–".to_owned(),
            _ => format!(
                "{:.1} / {:.1}",
                median(|round| round.elsewhere[0]),
                median(|round| round.elsewhere[1])
            ),
        };
        let (rate, p50, p99) = (
            median(|round| round.posts_a_second),
            median(|round| round.here[0]),
            median(|round| round.here[1]),
        );
        println!("| {} | {rate:.0} | {p50:.1} / {p99:.1} | {elsewhere} |", at + 1);
    }
}

async fn round(postgres: &Postgres, redis: &Redis, count: usize, span: Duration) -> Round {
    let options = ["--redis", &redis.url(), "--max-streams-per-user", "1000"];
    let mut nodes = vec![TestApp::start_on(TestDatabase::on(&postgres.url).await, &options).await];
    while nodes.len() < count {
        nodes.push(nodes[0].starts_another(&options).await);
    }
    nodes[0].signs_up("bench", Role::Admin).await;
    let program = Program::of(&nodes[0], "bench", "publish,stream").await;
    let [here, elsewhere] = latencies(&program, &nodes, span).await;
    Round { here, elsewhere, posts_a_second: rate(&program, &nodes, span).await }
}

/// Posts that were answered, a second.
async fn rate(program: &Program, nodes: &[TestApp], span: Duration) -> f64 {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let program = program.at(&nodes[number % nodes.len()]);
        clients.spawn(async move {
            let mut count = 0;
            while start.elapsed() < span {
                program.publishes("Measured").await;
                count += 1;
            }
            count
        });
    }
    let posts: u32 = clients.join_all().await.into_iter().sum();
    f64::from(posts) / start.elapsed().as_secs_f64()
}

/// The median and the 99th percentile, at the node that took the post and at the others.
async fn latencies(program: &Program, nodes: &[TestApp], span: Duration) -> [[f64; 2]; 2] {
    let sent: Arc<Mutex<HashMap<String, (usize, Instant)>>> = Arc::default();
    let mut readers = JoinSet::new();
    for number in 0..STREAMS {
        let node = number % nodes.len();
        let stream = program.at(&nodes[node]).opens_stream().await;
        readers.spawn(reads(stream, node, sent.clone()));
    }
    let mut pauses = tokio::time::interval(PAUSE);
    let start = Instant::now();
    for number in 0.. {
        pauses.tick().await;
        let (node, is_last) = (number % nodes.len(), start.elapsed() > span);
        let title = if is_last { "last".to_owned() } else { format!("number {number}") };
        sent.lock().unwrap().insert(title.clone(), (node, Instant::now()));
        program.at(&nodes[node]).publishes(&title).await;
        if is_last {
            break;
        }
    }
    let all: Vec<_> = readers.join_all().await.into_iter().flatten().collect();
    [true, false].map(|same| {
        let of_interest = all.iter().filter(|(is_same, _)| *is_same == same);
        let mut took: Vec<_> = of_interest.map(|(_, took)| took.as_secs_f64() * 1000.0).collect();
        took.sort_by(f64::total_cmp);
        let at = |share: usize| took.get(took.len() * share / 100).copied().unwrap_or_default();
        [at(50), at(99)]
    })
}

/// How long each post took to this stream, and whether it was posted at its node.
async fn reads(
    mut stream: Stream,
    node: usize,
    sent: Arc<Mutex<HashMap<String, (usize, Instant)>>>,
) -> Vec<(bool, Duration)> {
    let mut all = vec![];
    loop {
        let event = stream.next("post").await;
        let title = event.data["title"].as_str().unwrap();
        let (posted_at, at) = sent.lock().unwrap()[title];
        all.push((posted_at == node, at.elapsed()));
        if title == "last" {
            return all;
        }
    }
}
