//! Measures cards: 10,000 of them on 100 boards, each set once a second by 10 programs, and 1,000 streams that watch a board
//! each; beside it what an event costs that is delivered alone. `cargo bench --bench cards [-- --quick]`

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use servers::{Kind, Server};
use table::{Target, percentile, print_targets};
use watchers::Watchers;

#[path = "../delivery/crowd.rs"]
#[expect(dead_code, reason = "nobody is copied to another build here")]
mod crowd;
mod programs;
#[path = "../delivery/servers.rs"]
#[expect(dead_code, reason = "one kind of server is measured here")]
mod servers;
#[path = "../delivery/table.rs"]
#[expect(dead_code, reason = "one table is printed here")]
mod table;
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

/// Posts that are delivered alone, one after the other.
const POSTS: usize = 100;

impl Plan {
    fn cards(self) -> usize {
        self.boards * self.cards_on_each
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let is_quick = std::env::args().any(|argument| argument == "--quick");
    let plan = if is_quick { QUICK } else { FULL };
    crowd::make(plan.streams)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(measure(plan))
}

async fn measure(plan: Plan) -> Result<(), Box<dyn Error>> {
    let server = Kind::Tidings.start()?;
    let pids = server.pids()?;
    let epoch = Instant::now();
    // With some of them, everything is there that a server needs to keep any.
    let first = Plan { boards: plan.boards / 10, ..plan };
    programs::set_all(&server, first, epoch).await?;
    let with_first = memory(&pids)?;
    programs::set_all(&server, plan, epoch).await?;
    let per_card = (memory(&pids)? - with_first) * 1024.0 / (plan.cards() - first.cards()) as f64;
    let watchers = Watchers::open(&server, plan, epoch).await?;

    let alone = post_alone(&server, &watchers, &pids).await?;
    println!("an event delivered alone: {alone:.2} µs of CPU for each stream");

    let (commits, cpu, began) = (server.commits()?, usage::cpu(&pids)?, Instant::now());
    watchers.forget();
    programs::keep_setting(&server, plan, epoch).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let took = began.elapsed().as_secs_f64();
    let used = usage::cpu(&pids)? - cpu;
    let (cards, mut latencies) = watchers.seen();
    let commits = f64::from(server.commits()?.wrapping_sub(commits)) / took;
    let each = used.as_secs_f64() * 1e6 / cards as f64;
    let wanted = plan.cards() as u64 * plan.seconds / plan.boards as u64 * plan.streams as u64;
    println!("cards delivered: {cards} of {wanted}; CPU {:.2} of a core", used.as_secs_f64() / took);
    print_targets(&[
        Target::most("CPU of a card delivered ÷ of an event delivered alone", each / alone, 0.2),
        Target::most("memory of a card, bytes", per_card, 1024.0),
        Target::most("commits a second", commits, 25.0),
        Target::most("from set to stream, p99, ms", percentile(&mut latencies, 0.99), 250.0),
        Target::most("from set to stream, median, ms", percentile(&mut latencies, 0.5), 250.0),
    ]);
    Ok(())
}

/// What a post costs, in µs of CPU for each stream, if it comes alone.
async fn post_alone(server: &Server, watchers: &Watchers, pids: &[u32]) -> io::Result<f64> {
    let before = usage::cpu(pids)?;
    for number in 0..POSTS {
        programs::publish(server, number).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let used = usage::cpu(pids)? - before;
    Ok(used.as_secs_f64() * 1e6 / (POSTS * watchers.count()) as f64)
}

/// What is left when what was needed for requests has gone back to the system, in kB.
fn memory(pids: &[u32]) -> io::Result<f64> {
    std::thread::sleep(Duration::from_secs(15));
    usage::memory(pids)
}
