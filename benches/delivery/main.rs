//! Measures delivery: Tidings beside the limit of the machine (a raw epoll loop), nginx with nchan and durable-streams, driven
//! by the same client on loopback.
//! `cargo bench --bench delivery [-- --quick | --tls | --soak SECONDS | --against PROGRAM PAIRS [tls | http2]]`

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use measures::{Plan, Round, durable, one_person, slow, soak};
use raw::Writes;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use servers::Kind;
use table::{Target, median, short};
use transport::Transport;

mod against;
#[expect(dead_code, reason = "the people of a database that nodes share are another benchmark's")]
mod crowd;
mod load;
mod measures;
mod over_tls;
mod publisher;
mod raw;
#[expect(dead_code, reason = "nodes are started by another benchmark")]
mod servers;
mod sips;
mod table;
mod transport;
mod usage;

const USAGE: &str = "usage: cargo bench --bench delivery \
    [-- --quick | --tls | --soak SECONDS | --against PROGRAM PAIRS [tls | http2]]";

/// Descriptors of the client that are not streams.
const OWN_DESCRIPTORS: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let descriptors = raise_descriptors()?;
    let full = Plan { streams: Plan::FULL.streams.min(descriptors - OWN_DESCRIPTORS), ..Plan::FULL };
    match arguments[..] {
        ["--raw"] => raw::run(Writes::PerEvent)?,
        ["--raw-in-one"] => raw::run(Writes::PerTurn)?,
        ["--soak", seconds] => {
            let streams = 18_000.min(descriptors - OWN_DESCRIPTORS);
            crowd::make(streams)?;
            soak::run(streams, Duration::from_secs(seconds.parse()?))?;
        }
        ["--against", program, pairs, ref over @ ..] => {
            let transport = match over {
                [] => Transport::Plain,
                ["tls"] => Transport::Tls,
                ["http2"] => Transport::Http2,
                _ => return Err(USAGE.into()),
            };
            against::compare(program.into(), pairs.parse()?, transport)?;
        }
        ["--quick"] => compare(Plan::QUICK)?,
        ["--tls"] => compare_over_tls(full)?,
        [] => compare(full)?,
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

/// As many as the system allows, for the servers too: they inherit it.
fn raise_descriptors() -> io::Result<usize> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.map_or(usize::MAX, |limit| limit as usize))
}

fn compare(plan: Plan) -> Result<(), Box<dyn Error>> {
    let kinds = Kind::all();
    crowd::make(plan.streams)?;
    Kind::hints().for_each(|hint| println!("{hint}"));
    println!("{} streams, 200-byte texts, medians of {} interleaved rounds", plan.streams, plan.rounds);
    let mut rounds: Vec<Vec<Round>> = vec![Vec::new(); kinds.len()];
    for round in 1..=plan.rounds {
        for (kind, rounds) in kinds.iter().zip(&mut rounds) {
            let start = Instant::now();
            rounds.push(measures::round(*kind, Transport::Plain, plan)?);
            eprintln!("round {round}: {}, {:.0} s", kind.name(), start.elapsed().as_secs_f64());
        }
    }
    let rows: Vec<_> = kinds.iter().zip(&rounds).map(|(kind, rounds)| row(*kind, rounds)).collect();
    table::print(&HEAD, &rows);
    let of = |kind: Kind| kinds.iter().position(|other| *other == kind).map(|at| &rounds[at][..]);
    let (ours, raw) = (of(Kind::Tidings).unwrap_or_default(), of(Kind::Raw).unwrap_or_default());
    let mut targets = compared(ours, raw, of(Kind::Nchan), of(Kind::DurableStreams));
    alone(plan, &mut targets)?;
    over_tls::compare(plan, &mut targets)?;
    table::print_targets(&targets);
    Ok(())
}

fn compare_over_tls(plan: Plan) -> Result<(), Box<dyn Error>> {
    crowd::make(plan.streams)?;
    let mut targets = Vec::new();
    over_tls::compare(plan, &mut targets)?;
    table::print_targets(&targets);
    Ok(())
}

const HEAD: [&str; 11] = [
    "",
    "kB per idle stream (after load)",
    "CPU per idle stream, µs/s",
    "CPU per delivery, µs",
    "p50 / p99 at 10/s, ms",
    "burst, deliveries/s",
    "events per read",
    "all reconnect, 10 missed each, s",
    "refused or cut",
    "bytes per delivery",
    "others' use of the machine, % of a core",
];

fn row(kind: Kind, rounds: &[Round]) -> Vec<String> {
    let of = |what: fn(&Round) -> f64| short(median(rounds.iter().map(what).collect()));
    vec![
        kind.name().to_owned(),
        format!("{} ({})", of(|round| round.idle_memory), of(|round| round.loaded_memory)),
        of(|round| round.idle_cpu),
        of(|round| round.steady.cpu),
        format!("{} / {}", of(|round| round.steady.p50), of(|round| round.steady.p99)),
        of(|round| round.burst.rate),
        of(|round| round.burst.events_per_read),
        of(|round| round.storm),
        of(|round| round.refused),
        of(|round| round.steady.bytes),
        of(|round| round.steady.others),
    ]
}

fn compared(
    ours: &[Round],
    raw: &[Round],
    nchan: Option<&[Round]>,
    durable_streams: Option<&[Round]>,
) -> Vec<Target> {
    let of = |rounds: &[Round], what: fn(&Round) -> f64| median(rounds.iter().map(what).collect());
    let ratio = |base: &[Round], what: fn(&Round) -> f64| of(ours, what) / of(base, what);
    let mut targets = vec![
        Target::most("CPU per delivery ÷ raw loop", ratio(raw, |round| round.steady.cpu), 1.25),
        Target::most("p99 at 10/s ÷ raw loop", ratio(raw, |round| round.steady.p99), 1.2),
        Target::most("refused or cut", of(ours, |round| round.refused), 0.0),
    ];
    if let Some(nchan) = nchan {
        targets.extend([
            Target::most("memory per idle stream ÷ nchan", ratio(nchan, |round| round.idle_memory), 0.25),
            Target::most("memory after load ÷ nchan", ratio(nchan, |round| round.loaded_memory), 0.25),
            Target::least("burst ÷ nchan", ratio(nchan, |round| round.burst.rate), 10.0),
            Target::most("reconnect storm ÷ nchan", ratio(nchan, |round| round.storm), 0.5),
        ]);
    }
    if let Some(peer) = durable_streams {
        let most = |what: &str, of| Target::most(format!("{what} ÷ durable-streams"), ratio(peer, of), 1.0);
        targets.extend([
            most("memory per idle stream", |round| round.idle_memory),
            most("memory after load", |round| round.loaded_memory),
            most("CPU per idle stream", |round| round.idle_cpu),
            most("CPU per delivery", |round| round.steady.cpu),
        ]);
    }
    targets
}

/// What only Tidings promises.
fn alone(plan: Plan, targets: &mut Vec<Target>) -> io::Result<()> {
    eprintln!("a post for one person");
    let posts = one_person::measure(10, plan.streams, plan.rounds, plan.steady)?;
    let of = |others: usize, what: fn(&one_person::OnePerson) -> f64| {
        median(posts.iter().filter(|post| post.others == others).map(what).collect())
    };
    let rows = [10, plan.streams].map(|others| {
        vec![
            others.to_string(),
            short(of(others, |post| post.cpu)),
            short(of(others, |post| post.p50)),
            short(of(others, |post| post.p99)),
        ]
    });
    table::print(
        &["a post for one person, others connected", "CPU per post, µs", "p50, ms", "p99, ms"],
        &rows,
    );
    let ratio = |what| of(plan.streams, what) / of(10, what);
    targets.push(Target::most("one person, CPU, many ÷ 10 others", ratio(|post| post.cpu), 1.2));
    targets.push(Target::most("one person, p50, many ÷ 10 others", ratio(|post| post.p50), 1.2));
    targets.push(Target::most("one person, p99, many ÷ 10 others", ratio(|post| post.p99), 1.2));

    eprintln!("durable posts");
    let disk = durable::syncs_per_second()?;
    let rounds = [
        durable::measure(Kind::Tidings, 1, plan.steady)?,
        durable::measure(Kind::TidingsOneByOne, 32, plan.steady)?,
        durable::measure(Kind::Tidings, 32, plan.steady)?,
    ];
    let [_, alone, together] = rounds;
    let rows = rounds.map(|d| {
        vec![d.kind.name().to_owned(), d.clients.to_string(), short(d.rate), short(d.posts_per_commit)]
    });
    table::print(&["durable posts", "clients", "posts/s", "posts per commit"], &rows);
    println!("\nthe disk: {} syncs/s", short(disk));
    targets.push(Target::least("durable posts, together ÷ one by one", together.rate / alone.rate, 2.0));
    targets.push(Target::least("durable posts, 32 clients, per commit", together.posts_per_commit, 8.0));

    eprintln!("slow readers");
    let mut rounds = Vec::new();
    for round in 1..=plan.rounds {
        // What becomes of slow readers is waited for once.
        let wait_for_cut = plan.rounds > 1 && round == plan.rounds;
        rounds.push(slow::measure(plan.streams / 5, plan.steady, wait_for_cut)?);
    }
    let of = |what: fn(&slow::Slow) -> f64| median(rounds.iter().map(what).collect());
    let (before, with) = (of(|slow| slow.p99_before), of(|slow| slow.p99));
    let (memory, kernel_memory) = (of(|slow| slow.memory), of(|slow| slow.kernel_memory));
    let held = rounds.iter().find_map(|slow| slow.held).map_or("–".into(), |held| held.to_string());
    let row = [before, with, memory, kernel_memory].map(short);
    let head = [
        "streams",
        "p99 without slow readers, ms",
        "p99 with, ms",
        "kB per stuck stream",
        "kB in the kernel, both ends",
        "still open after 45 s",
    ];
    table::print(&head, &[[vec![(plan.streams / 5).to_string()], row.to_vec(), vec![held]].concat()]);
    targets.push(Target::most("the others' p99, with ÷ without slow readers", with / before, 1.2));
    targets.push(Target::most(
        "kB per stuck stream, both ends in the kernel included",
        memory + kernel_memory,
        100.0,
    ));
    Ok(())
}
