//! Nodes in network namespaces of their own, and the link to Redis cut both ways.

use std::{io::Write, process::Command, sync::Arc};

use crate::support::{Draft, Postgres, Redis, TestApp, TestDatabase, eventually};

/// A network namespace with two links to us: one for people, one for Redis. Gone when dropped.
struct Namespace {
    name: String,
    number: u8,
}

impl Namespace {
    /// `None` where the machine does not allow it.
    fn make(number: u8) -> Option<Self> {
        let name = format!("tidings-{}-{number}", std::process::id());
        let this = ip(&["netns", "add", &name]).then_some(Self { name, number })?;
        for (link, network) in [("p", 213), ("r", 214)] {
            let (near, far) = (this.link(link), format!("{link}{number}"));
            let (here, there) =
                (format!("10.{network}.{number}.1/30"), format!("10.{network}.{number}.2/30"));
            let name = this.name.as_str();
            let done = ip(&["link", "add", &near, "type", "veth", "peer", "name", &far, "netns", name])
                && ip(&["addr", "add", &here, "dev", &near])
                && ip(&["link", "set", &near, "up"])
                && ip(&["-n", name, "addr", "add", &there, "dev", &far])
                && ip(&["-n", name, "link", "set", &far, "up"]);
            done.then_some(())?;
        }
        Some(this)
    }

    /// The address at which Redis is reached from here.
    fn redis(&self) -> String {
        format!("10.214.{}.1", self.number)
    }

    fn cuts_redis(&self) {
        assert!(ip(&["link", "set", &self.link("r"), "down"]));
    }

    fn mends_redis(&self) {
        assert!(ip(&["link", "set", &self.link("r"), "up"]));
    }

    /// Our end of a link.
    fn link(&self, link: &str) -> String {
        format!("t{}{link}{}", std::process::id() % 100_000, self.number)
    }

    async fn starts_node(&self, database: Arc<TestDatabase>, redis: &Redis) -> TestApp {
        let within = format!("set -- ip netns exec {} \"$@\"", self.name);
        let options = ["--redis", &redis.url_at(&self.redis())];
        TestApp::start_at(&format!("10.213.{}.2", self.number), &within, database, &options).await
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Its links go with it.
        ip(&["netns", "del", &self.name]);
    }
}

fn ip(arguments: &[&str]) -> bool {
    Command::new("ip").args(arguments).output().is_ok_and(|output| output.status.success())
}

#[tokio::test]
async fn nodes_that_redis_is_cut_off_from_lose_nothing_and_find_it_again() {
    let number = rand::random_range(1..127) * 2;
    let (Some(one), Some(other)) = (Namespace::make(number), Namespace::make(number + 1)) else {
        let line = "NOT TESTED: this machine allows no network namespaces, so no partition was made\n";
        // Past the test harness, which would keep it to itself.
        std::io::stderr().write_all(line.as_bytes()).unwrap();
        return;
    };
    let postgres = Postgres::start().await;
    let database = Arc::new(TestDatabase::on(&postgres.url_by_socket()).await);
    let redis = Redis::start_at(&[&one.redis(), &other.redis()]).await;
    let here = one.starts_node(database.clone(), &redis).await;
    let mut there = other.starts_node(database, &redis).await;
    there.knows_the_accounts_of(&here);
    let boss = here.admin("boss").await;
    let ann = there.member("ann").await;
    let mut stream = ann.opens_stream().await;
    let connections = |node: &TestApp| node.logs().matches("Nudges go through Redis").count();
    let losses = |node: &TestApp| node.logs().matches("Redis is away").count();
    for node in [&here, &there] {
        eventually("it is connected", async || (connections(node) > 0).then_some(())).await;
    }

    for _ in 0..2 {
        let lost = [&here, &there].map(losses);
        one.cuts_redis();
        other.cuts_redis();
        let post = boss.publishes(Draft::news("Can you hear me?")).await;
        assert_eq!(stream.next_post().await, post, "while it is cut");
        for (node, lost) in [&here, &there].into_iter().zip(lost) {
            eventually("it is noticed", async || (losses(node) > lost).then_some(())).await;
        }
        let connected = [&here, &there].map(connections);

        one.mends_redis();
        other.mends_redis();
        for (node, connected) in [&here, &there].into_iter().zip(connected) {
            eventually("it is connected again", async || (connections(node) > connected).then_some(())).await;
        }
        let post = boss.publishes(Draft::news("And now?")).await;
        assert_eq!(stream.next_post().await, post, "once it is mended");
    }
}
