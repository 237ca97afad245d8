//! Measures what it costs when very many say at once that they have seen an alert, or just read it: 10,000 people within a
//! minute, while the roster of what asks is open five times; beside it how long posts take to 1,000 streams, alone and meanwhile.
//! `cargo bench --bench acknowledging [-- [--reading] [--quick]]`

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use publishing::{Posts, ask};
use rosters::Rosters;
use servers::{Kind, Server};
use table::{Target, percentile, print_targets};
use tokio::{net::TcpStream, task::JoinSet};
use watchers::Watchers;

#[path = "../delivery/crowd.rs"]
#[expect(dead_code, reason = "nobody is copied to another build here")]
mod crowd;
#[path = "../cards/publishing.rs"]
mod publishing;
mod rosters;
#[path = "../delivery/servers/mod.rs"]
#[expect(dead_code, reason = "one kind of server is measured here")]
mod servers;
#[path = "../delivery/table.rs"]
#[expect(dead_code, reason = "one table is printed here")]
mod table;
#[path = "../delivery/transport.rs"]
#[expect(dead_code, reason = "all is measured in the clear")]
mod transport;
#[path = "../delivery/usage.rs"]
#[expect(dead_code, reason = "sockets are not counted here")]
mod usage;
#[path = "../cards/watchers.rs"]
#[expect(dead_code, reason = "cards are not counted here")]
mod watchers;

/// How much is measured.
#[derive(Clone, Copy, Debug)]
struct Plan {
    people: usize,
    streams: usize,
    rosters: usize,
    seconds: u64,
    /// In which posts are published alone: before, and after.
    rounds: usize,
    deed: Deed,
}

/// What people do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Deed {
    /// They say that they have seen it.
    Acknowledge,
    /// It stood in view.
    Read,
}

const FULL: Plan =
    Plan { people: 10_000, streams: 1000, rosters: 5, seconds: 60, rounds: 4, deed: Deed::Acknowledge };
const QUICK: Plan = Plan { people: 1000, streams: 100, seconds: 10, rounds: 1, ..FULL };

fn main() -> Result<(), Box<dyn Error>> {
    let asks_for = |option: &str| std::env::args().any(|argument| argument == option);
    let mut plan = if asks_for("--quick") { QUICK } else { FULL };
    if asks_for("--reading") {
        // Nobody watches who reads.
        plan = Plan { deed: Deed::Read, rosters: 0, ..plan };
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    crowd::make(plan.people)?;
    let server = Kind::Tidings.start()?;
    runtime.block_on(measure(plan, &server))
}

async fn measure(plan: Plan, server: &Server) -> Result<(), Box<dyn Error>> {
    let epoch = Instant::now();
    let post = publish_alert(server).await?;
    let watchers = Watchers::open(server, plan.streams, |_| String::new(), epoch).await?;
    let rosters = Rosters::open(server, post, plan.rosters).await?;

    let mut alone = Posts::default();
    for _ in 0..plan.rounds {
        alone.take_round(server, &watchers, epoch).await?;
    }
    let mut beside = Posts::default();
    let posts = async {
        let until = Instant::now() + Duration::from_secs(plan.seconds);
        // A round takes a little more than five seconds.
        while Instant::now() + Duration::from_secs(6) < until {
            beside.take_round(server, &watchers, epoch).await?;
        }
        Ok(())
    };
    let cpu = usage::cpu(&server.pids()?)?;
    let (mut answered, ()) = tokio::try_join!(all_do(plan, server, post), posts)?;
    let cpu = (usage::cpu(&server.pids()?)? - cpu).as_secs_f64() / plan.seconds as f64;
    rosters.all_show(plan.people).await?;
    for _ in 0..plan.rounds {
        alone.take_round(server, &watchers, epoch).await?;
    }

    println!("posts alone, p99: {alone}; meanwhile: {beside}");
    let [p50, p99] = [0.5, 0.99].map(|share| percentile(&mut answered, share));
    println!("{:?}, {} people in {} s: CPU {cpu:.2} of a core", plan.deed, plan.people, plan.seconds);
    print_targets(&[
        Target::most("answered, median, ms", p50, 1000.0),
        Target::most("answered, p99, ms", p99, 1000.0),
        Target::most(
            "p99 until a post is answered, meanwhile ÷ alone",
            beside.answered() / alone.answered(),
            1.2,
        ),
        Target::most(
            "p99 until a post is on streams, meanwhile ÷ alone",
            beside.delivered() / alone.delivered(),
            1.2,
        ),
    ]);
    Ok(())
}

/// Publishes an alert to everyone, which asks them to acknowledge it; its number.
async fn publish_alert(server: &Server) -> io::Result<i64> {
    let body = r#"{"kind":"alert","severity":"critical","title":"Leave the building","body":"","audience":"everyone","acknowledge":true}"#;
    let token = &crowd::get()?.publisher.token;
    let request = format!(
        "POST /api/v1/posts HTTP/1.1\r\nHost: {}\r\n{token}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        server.address,
        body.len()
    );
    let mut connection = TcpStream::connect(server.address).await?;
    let answer = ask(&mut connection, &request, "201").await?;
    let answer: serde_json::Value = serde_json::from_str(&answer).map_err(io::Error::other)?;
    answer["id"].as_i64().ok_or_else(|| io::Error::other("a post has a number"))
}

/// Everybody says that they have seen it, or reads it, one after the other, each over a connection of their own; after how long
/// each was answered, in microseconds.
async fn all_do(plan: Plan, server: &Server, post: i64) -> io::Result<Vec<u32>> {
    let pause = Duration::from_secs(plan.seconds) / u32::try_from(plan.people).map_err(io::Error::other)?;
    let (mut asking, began) = (JoinSet::new(), tokio::time::Instant::now());
    for (number, identity) in (0..).zip(&crowd::get()?.others) {
        tokio::time::sleep_until(began + pause * number).await;
        let address = server.address;
        asking.spawn(async move {
            let sent = Instant::now();
            let (place, body) = match plan.deed {
                Deed::Acknowledge => ("acknowledgement", format!("key=key-of-{number}")),
                Deed::Read => ("reading", String::new()),
            };
            let request = format!(
                "POST /posts/{post}/{place} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nAccept: application/json\r\n{}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
                identity.cookie,
                body.len()
            );
            let mut connection = TcpStream::connect(address).await?;
            ask(&mut connection, &request, "204").await?;
            Ok::<_, io::Error>(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX))
        });
    }
    asking.join_all().await.into_iter().collect()
}
