//! Measures cards: 10,000 of them on 100 boards, each set once a second by 10 programs, and 1,000 streams that watch a board
//! each; beside it what an event costs that is delivered alone. With `--redis`, on two nodes with PostgreSQL and Redis: the
//! programs are at one of them, the streams at the other. `cargo bench --bench cards [-- --quick | --redis]`

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use publishing::Posts;
use servers::{Kind, Server};
use support::{Postgres, Redis, TestDatabase};
use table::{Target, percentile, print_targets};
use watchers::Watchers;

#[path = "../delivery/crowd.rs"]
#[expect(dead_code, reason = "nobody is copied to another build here")]
mod crowd;
mod programs;
mod publishing;
#[path = "../delivery/servers/mod.rs"]
#[expect(dead_code, reason = "one kind of server is measured here")]
mod servers;
#[expect(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    reason = "a part of these words is enough here, and tests fail by panicking"
)]
#[path = "../../tests/support/mod.rs"]
mod support;
#[path = "../delivery/table.rs"]
#[expect(dead_code, reason = "one table is printed here")]
mod table;
#[path = "../delivery/transport.rs"]
#[expect(dead_code, reason = "cards are measured in the clear")]
mod transport;
#[path = "../delivery/usage.rs"]
#[expect(dead_code, reason = "sockets are not counted here")]
mod usage;
mod watchers;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    boards: usize,
    cards_on_each: usize,
    programs: usize,
    streams: usize,
    seconds: u64,
}

const FULL: Plan = Plan { boards: 100, cards_on_each: 100, programs: 10, streams: 1000, seconds: 20 };
const QUICK: Plan = Plan { boards: 10, cards_on_each: 100, programs: 2, streams: 100, seconds: 5 };

/// Rounds in which posts are published alone and beside cards.
const ROUNDS: usize = 7;

impl Plan {
    fn cards(self) -> usize {
        self.boards * self.cards_on_each
    }

    /// Which board the stream of this number watches.
    fn watch(self, number: usize) -> String {
        format!("?watch=board:board-{}", number % self.boards)
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let is = |option: &str| std::env::args().any(|argument| argument == option);
    let plan = if is("--quick") { QUICK } else { FULL };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    if is("--redis") {
        let (postgres, redis) = runtime.block_on(async { (Postgres::start().await, Redis::start().await) });
        let database = runtime.block_on(TestDatabase::on(&postgres.url));
        crowd::make_on(&database.url().parse()?, plan.streams)?;
        let node = || servers::ours::start_node(&database.url(), &redis.url());
        let (here, there) = (node()?, node()?);
        return runtime.block_on(measure_nodes(plan, &here, &there));
    }
    crowd::make(plan.streams)?;
    let server = Kind::Tidings.start()?;
    runtime.block_on(measure(plan, &server))
}

async fn measure(plan: Plan, server: &Server) -> Result<(), Box<dyn Error>> {
    let pids = server.pids()?;
    let epoch = Instant::now();
    // With some of them, everything is there that a server needs to keep any.
    let first = Plan { boards: plan.boards / 10, ..plan };
    programs::set_all(server, first, epoch).await?;
    let with_first = memory(&pids)?;
    programs::set_all(server, plan, epoch).await?;
    let per_card = (memory(&pids)? - with_first) * 1024.0 / (plan.cards() - first.cards()) as f64;
    let watchers = Watchers::open(server, plan.streams, |number| plan.watch(number), epoch).await?;

    let alone = post_alone(server, &watchers, &pids, epoch).await?;
    println!("an event delivered alone: {alone:.2} µs of CPU for each stream");

    let commits = server.commits()?;
    let set = set_and_watch(plan, server, &watchers, &pids, epoch).await?;
    let commits = f64::from(server.commits()?.wrapping_sub(commits)) / set.took;
    let [by_themselves, beside] = posts_beside_cards(plan, server, &watchers, epoch).await?;
    println!("posts at 20/s, p99: {by_themselves} alone; {beside} beside the cards");
    print_targets(&[
        Target::most("CPU of a card delivered ÷ of an event delivered alone", set.each / alone, 0.2),
        Target::most("memory of a card, bytes", per_card, 1024.0),
        Target::most("commits a second", commits, 25.0),
        Target::most("from set to stream, p99, ms", set.p99, 250.0),
        Target::most("from set to stream, median, ms", set.median, 250.0),
        Target::most(
            "p99 of a post beside the cards ÷ alone",
            beside.delivered() / by_themselves.delivered(),
            1.1,
        ),
    ]);
    Ok(())
}

/// The programs are at one node, and the streams at another.
async fn measure_nodes(plan: Plan, here: &Server, there: &Server) -> Result<(), Box<dyn Error>> {
    let pids = [here.pids()?, there.pids()?].concat();
    let epoch = Instant::now();
    programs::set_all(here, plan, epoch).await?;
    let watchers = Watchers::open(there, plan.streams, |number| plan.watch(number), epoch).await?;
    let set = set_and_watch(plan, here, &watchers, &pids, epoch).await?;
    print_targets(&[
        Target::most("from set to a stream of another node, p99, ms", set.p99, 250.0),
        Target::most("from set to a stream of another node, median, ms", set.median, 250.0),
    ]);
    Ok(())
}

/// What came of cards that were set.
struct Set {
    /// Seconds.
    took: f64,
    /// CPU for each card that was delivered, in µs.
    each: f64,
    /// From set to stream, in milliseconds.
    median: f64,
    p99: f64,
}

async fn set_and_watch(
    plan: Plan,
    at: &Server,
    watchers: &Watchers,
    pids: &[u32],
    epoch: Instant,
) -> io::Result<Set> {
    let (cpu, began) = (usage::cpu(pids)?, Instant::now());
    watchers.forget();
    programs::keep_setting(at, plan, epoch).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let took = began.elapsed().as_secs_f64();
    let used = (usage::cpu(pids)? - cpu).as_secs_f64();
    let (cards, mut latencies) = watchers.seen();
    let wanted = plan.cards() as u64 * plan.seconds / plan.boards as u64 * plan.streams as u64;
    println!("cards delivered: {cards} of {wanted}; CPU {:.2} of a core", used / took);
    let [median, p99] = [0.5, 0.99].map(|share| percentile(&mut latencies, share));
    Ok(Set { took, each: used * 1e6 / cards as f64, median, p99 })
}

/// What a post costs, in µs of CPU for each stream, if it comes alone.
async fn post_alone(server: &Server, watchers: &Watchers, pids: &[u32], epoch: Instant) -> io::Result<f64> {
    let before = usage::cpu(pids)?;
    publishing::publish_posts(server, epoch).await?;
    let used = usage::cpu(pids)? - before;
    Ok(used.as_secs_f64() * 1e6 / (publishing::POSTS * watchers.count()) as f64)
}

/// How long posts take alone, and while all cards are set, in interleaved rounds.
async fn posts_beside_cards(
    plan: Plan,
    server: &Server,
    watchers: &Watchers,
    epoch: Instant,
) -> io::Result<[Posts; 2]> {
    let plan = Plan { seconds: plan.seconds.min(8), ..plan };
    let (mut alone, mut beside) = (Posts::default(), Posts::default());
    for _ in 0..ROUNDS {
        alone.take_round(server, watchers, epoch).await?;
        let posts = async {
            // The programs are at work by then.
            tokio::time::sleep(Duration::from_secs(1)).await;
            beside.take_round(server, watchers, epoch).await
        };
        tokio::try_join!(posts, programs::keep_setting(server, plan, epoch))?;
    }
    Ok([alone, beside])
}

/// What is left when what was needed for requests has gone back to the system, in kB.
fn memory(pids: &[u32]) -> io::Result<f64> {
    std::thread::sleep(Duration::from_secs(15));
    usage::memory(pids)
}
