//! How much the server takes on, and from whom.

use crate::support::{Draft, Person, Raw, TestApp, eventually};
use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
use std::{time::Duration, time::Instant};
use tokio::{net::TcpStream, time::sleep};

#[tokio::test]
async fn a_person_with_many_connections_leaves_room_for_others() {
    let app = TestApp::start_with(&["--max-connections-per-address", "4"]).await;
    let mut open = vec![];
    for _ in 0..4 {
        open.push(Raw::connects(&app).await);
    }

    let mut one_more = Raw::connects(&app).await;
    let (_, took) = one_more.is_closed_within(crate::support::TIMEOUT).await;

    assert!(took < Duration::from_secs(4), "refused at once, not at a deadline: {took:?}");
    let visitor = app.visitor();
    let mut first = open.remove(0);
    first.says(&Raw::head(&visitor, "GET", "/healthz", "Connection: close\r\n")).await;
    first.reads_until("200 OK").await;
    drop((first, open));
    eventually("room again", async || {
        visitor
            .request(reqwest::Method::GET, "/healthz")
            .send()
            .await
            .ok()
            .filter(|answer| answer.status() == 200)
    })
    .await;
}

#[tokio::test]
async fn without_descriptors_the_server_pauses_and_goes_on_afterwards() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut stream = ann.opens_stream().await;
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    let scarce = Rlimit { current: Some(64), ..getrlimit(Resource::Nofile) };
    prlimit(Some(app.pid()), Resource::Nofile, scarce).unwrap();

    flood_costs_little(&app).await;

    let post = boss.publishes(Draft::news("Afterwards")).await;
    assert_eq!(stream.next_post().await, post, "and the open stream was there all along");
}

#[tokio::test]
async fn under_a_low_limit_the_server_takes_on_no_more_than_it_can() {
    let app = TestApp::start_after("ulimit -n 64", &[]).await;

    flood_costs_little(&app).await;

    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;
    let post = boss.publishes(Draft::news("Afterwards")).await;
    assert_eq!(stream.next_post().await, post);
}

#[tokio::test]
async fn who_goes_away_gives_the_descriptor_back_though_nothing_is_written() {
    let app = TestApp::start_with(&["--heartbeat", "60s", "--max-streams-per-user", "50"]).await;
    let ann = app.admin("ann").await;
    let before = app.connections().len();
    let mut streams = vec![];
    for _ in 0..50 {
        streams.push(ann.opens_stream().await);
    }
    assert!(app.connections().len() >= before + 49);

    drop(streams);

    // Within the tests' timeout, which is shorter than a heartbeat.
    eventually("descriptors", || async { (app.connections().len() <= before).then_some(()) }).await;
}

/// Opens more sockets than the server has descriptors, watches what it costs, and lets them go.
async fn flood_costs_little(app: &TestApp) {
    let mut sockets = vec![];
    for _ in 0..200 {
        if let Ok(socket) = TcpStream::connect(("127.0.0.1", app.port)).await {
            sockets.push(socket);
        }
    }
    let mut share: f64 = 1.0;
    for _ in 0..3 {
        let (before, start) = (cpu_seconds(app), Instant::now());
        // Not for something to happen: this is the time over which the cost is measured.
        sleep(Duration::from_secs(3)).await;
        share = share.min((cpu_seconds(app) - before) / start.elapsed().as_secs_f64());
        if share < 0.05 {
            break;
        }
    }

    assert!(sockets.len() > 150, "{}", sockets.len());
    // One that spins takes a whole core. The least of three, since on a busy machine what little it does costs more.
    assert!(share < 0.05, "it spins: {share}");
    drop(sockets);
    let visitor = app.visitor();
    eventually("service", async || {
        visitor
            .request(reqwest::Method::GET, "/healthz")
            .send()
            .await
            .ok()
            .filter(|answer| answer.status() == 200)
    })
    .await;
}

/// The processor time the server has used.
fn cpu_seconds(app: &TestApp) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", app.pid().as_raw_pid())).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u32 = fields[11].parse::<u32>().unwrap() + fields[12].parse::<u32>().unwrap();
    // Linux counts hundredths of a second here.
    f64::from(ticks) / 100.0
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_and_nobody_else() {
    let streams_from = async |app: &TestApp, person: &Person, address: &str| {
        let mut stream = person.streams_from("/stream", &[("X-Forwarded-For", address)]).await;
        let first = stream.next_event().await;
        first.map(|event| (event, stream)).filter(|_| app.port > 0)
    };
    let cap = ["--max-connections-per-address", "40", "--max-streams-per-user", "100"];
    let trusting: Vec<&str> = cap.iter().copied().chain(["--trusted-proxies", "127.0.0.0/8"]).collect();

    let app = TestApp::start_with(&trusting).await;
    let ann = app.member("ann").await;
    let mut kept = vec![];
    for number in 0..60 {
        let address = format!("192.0.2.{number}");
        kept.push(streams_from(&app, &ann, &address).await.expect("each of these addresses has one stream"));
    }
    let mut from_one = vec![];
    for _ in 0..60 {
        from_one.extend(streams_from(&app, &ann, "198.51.100.1").await);
    }

    assert!(from_one.len() <= 40, "{} streams of one address", from_one.len());
    assert!(!from_one.is_empty());
}
