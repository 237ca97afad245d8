//! What travels through Redis, and how nodes get on without it.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{process::Command, time::timeout};

use super::cluster::Cluster;
use crate::support::{Draft, Redis, TIMEOUT, TestApp, TestDatabase, eventually, shared_cluster};

#[tokio::test]
async fn a_nudge_says_how_far_the_log_has_grown_and_nothing_else() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let ann = here.member("ann").await;
    let mut stream = ann.at(there).opens_stream().await;
    let (nudged, mut nudges) = tokio::sync::mpsc::unbounded_channel();
    let listens = redis::AsyncConnectionConfig::new().set_push_sender(nudged);
    let client = redis::Client::open(cluster.redis.as_ref().unwrap().url() + "?protocol=resp3").unwrap();
    let mut listener = client.get_multiplexed_async_connection_with_config(&listens).await.unwrap();
    listener.psubscribe("*").await.unwrap();
    let mut next = async || loop {
        let push = timeout(TIMEOUT, nudges.recv()).await.expect("a nudge").unwrap();
        if push.kind == redis::PushKind::PMessage {
            let [_, channel, payload] = &push.data[..] else { panic!("{push:?}") };
            let text = |value| redis::from_redis_value_ref::<String>(value).unwrap();
            break (text(channel), text(payload));
        }
    };

    boss.publishes(Draft::news("Nobody who looks at Redis reads this").to(&["ann"])).await;
    stream.next_post().await;
    let id = stream.cursor.split('-').nth(1).unwrap().to_owned();

    assert_eq!(next().await, ("tidings:3".to_owned(), id.clone()));
    here.runs(&["user", "disable", "ann"], "").await;
    assert_eq!(stream.says_bye().await, "revoked");
    let grown_to = (id.parse::<i64>().unwrap() + 1).to_string();
    assert_eq!(next().await.1, grown_to, "lost rights are told of too, whoever wrote them");
}

#[tokio::test]
async fn with_redis_the_other_node_hears_at_once() {
    const POSTS: usize = 20;
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let mut stream = boss.at(there).opens_stream().await;
    is_subscribed(cluster.redis.as_ref().unwrap(), 2).await;

    let mut times = vec![];
    for _ in 0..POSTS {
        let post = boss.publishes(Draft::news("Quick")).await;
        let start = Instant::now();
        assert_eq!(stream.next_post().await, post);
        times.push(start.elapsed());
    }

    // By looking, half of them would take half a second or more. Moments in which the machine is busy do not count.
    times.sort_unstable();
    assert!(times[POSTS / 2] < Duration::from_millis(300), "{times:?}");
}

#[tokio::test]
async fn without_redis_the_other_node_finds_posts_within_a_second() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let mut stream = boss.at(there).opens_stream().await;

    let mut fastest = TIMEOUT;
    for _ in 0..3 {
        let post = boss.publishes(Draft::news("Found")).await;
        let start = Instant::now();
        assert_eq!(stream.next_post().await, post);
        fastest = fastest.min(start.elapsed());
    }

    // A busy machine is no broken promise, so one of them has to be quick.
    assert!(fastest < Duration::from_millis(1100), "{fastest:?}");
}

#[tokio::test]
async fn a_node_starts_and_publishes_without_its_redis_and_finds_it_later() {
    let mut redis = Redis::start().await;
    redis.is_killed().await;
    let database = TestDatabase::on(&shared_cluster()).await;
    let app = TestApp::start_on(database, &["--redis", &redis.url()]).await;
    let boss = app.admin("boss").await;
    let mut stream = boss.opens_stream().await;

    let post = boss.publishes(Draft::news("Alone")).await;
    assert_eq!(stream.next_post().await, post);

    redis.starts_again().await;
    is_subscribed(&redis, 1).await;
    assert!(app.logs().contains("Redis is away"), "{}", app.logs());
    let password = redis.url().split(['@', ':']).nth(2).unwrap().to_owned();
    assert!(!app.logs().contains(&password), "no password is logged");
}

#[tokio::test]
async fn a_frozen_redis_keeps_nobody_waiting() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let mut stream = boss.at(there).opens_stream().await;
    cluster.redis.as_ref().unwrap().freezes();

    let mut times = vec![];
    for _ in 0..5 {
        let start = Instant::now();
        let post = boss.publishes(Draft::news("Still quick")).await;
        times.push(start.elapsed());
        assert_eq!(stream.next_post().await, post);
    }
    times.sort_unstable();
    assert!(times[2] < Duration::from_secs(2), "published in {times:?}");
    let third = here.starts_another(&["--redis", &cluster.redis.as_ref().unwrap().url()]).await;
    assert_eq!(third.visitor().gets("/readyz").await.status, 200, "and a node starts");
}

#[tokio::test]
async fn nudges_go_through_tls() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (key, certificate) = (file("key.pem"), file("certificate.pem"));
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", &key, "-out", &certificate])
        .stderr(Stdio::null())
        .status();
    assert!(made.await.unwrap().success());
    let redis = Redis::start_with_tls(&key, &certificate).await;
    let url = redis.url().replace("redis://", "rediss://");
    // As for an organisation's own authority: in the system's store, or named like this.
    let trusting = format!("export SSL_CERT_FILE='{certificate}'");
    let app = TestApp::start_after(&trusting, &["--redis", &url]).await;

    eventually("it is connected", async || app.logs().contains("Nudges go through Redis").then_some(()))
        .await;

    let stranger = TestApp::start_with(&["--redis", &url]).await;
    eventually("an unknown certificate is refused", async || {
        stranger.logs().contains("Redis is away").then_some(())
    })
    .await;
    assert!(!stranger.logs().contains("Nudges go through Redis"));
}

#[tokio::test]
async fn a_redis_that_lets_in_and_refuses_is_asked_less_and_less() {
    let redis = Redis::start().await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut admin = client.get_multiplexed_async_connection().await.unwrap();
    let user = ["SETUSER", "limited", "on", ">word", "&*", "~*", "+@connection", "+subscribe", "-ping"];
    redis::cmd("ACL").arg(&user).query_async::<()>(&mut admin).await.unwrap();
    let url = format!("redis://limited:word@127.0.0.1:{}/0", redis.port);
    let app = TestApp::start_with(&["--redis", &url]).await;
    let boss = app.admin("boss").await;
    let connections = async || {
        let info: String = redis::cmd("INFO").arg("stats").query_async(&mut admin.clone()).await.unwrap();
        let count = info.split("total_connections_received:").nth(1).unwrap();
        count.split_whitespace().next().unwrap().parse::<u32>().unwrap()
    };
    // Each post is told of, which is refused, and ends the connection.
    boss.publishes(Draft::news("The first")).await;
    eventually("it is said", async || app.logs().contains("Redis is away").then_some(())).await;

    let (before, start) = (connections().await, Instant::now());
    while start.elapsed() < Duration::from_secs(8) {
        boss.publishes(Draft::news("And another")).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let made = connections().await - before;
    assert!((1..=9).contains(&made), "{made} connections in {:?}", start.elapsed());
    let complaints = app.logs().lines().filter(|line| line.contains("Redis is away")).count();
    assert_eq!(complaints, 1, "{}", app.logs());
}

/// Waits until so many nodes listen.
async fn is_subscribed(redis: &Redis, nodes: i64) {
    let client = redis::Client::open(redis.url()).unwrap();
    let connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut question = redis::cmd("PUBSUB");
    question.arg("NUMSUB").arg("tidings:3");
    eventually("they listen", async || {
        let (_, count): (String, i64) = question.query_async(&mut connection.clone()).await.unwrap();
        (count == nodes).then_some(())
    })
    .await;
    drop(connection);
}
