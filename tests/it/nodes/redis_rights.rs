//! Redis gives what the guide asks for, and nothing more.

use redis::aio::MultiplexedConnection;

use crate::support::{Draft, Redis, Role, TestApp, TestDatabase, eventually, new_word, shared_cluster};

const GUIDE: &str = include_str!("../../../docs/scale.md");

#[tokio::test]
async fn with_exactly_the_rights_that_the_guide_names_nothing_is_refused() {
    let redis = Redis::start().await;
    let mut admin = connects(&redis).await;
    let url = has_our_user(&redis, &mut admin, 0).await;

    goes_on_for_a_while(&url, &mut admin).await;

    let refused: Vec<redis::Value> = redis::cmd("ACL").arg("LOG").query_async(&mut admin).await.unwrap();
    assert!(refused.is_empty(), "{refused:?}");
    let counting = statistics(&mut admin, "eval").await;
    assert!(counting.contains("calls=") && counting.contains("failed_calls=0"), "{counting}");
}

#[tokio::test]
async fn a_database_that_may_not_be_chosen_is_done_without() {
    let redis = Redis::start().await;
    let mut admin = connects(&redis).await;
    let url = has_our_user(&redis, &mut admin, 3).await;

    goes_on_for_a_while(&format!("{url}/3"), &mut admin).await;
}

/// Two nodes hear of each other, and Redis stays connected while it is asked whether it is there.
async fn goes_on_for_a_while(url: &str, admin: &mut MultiplexedConnection) {
    let database = TestDatabase::on(&shared_cluster()).await;
    let here = TestApp::start_on(database, &["--redis", url]).await;
    let there = here.starts_another(&["--redis", url]).await;
    for node in [&here, &there] {
        eventually("it is connected", async || (times(node, CONNECTED) == 1).then_some(())).await;
    }
    here.signs_up("ann", Role::Member).await;
    here.visitor().tries_to_sign_in("ann", &new_word()).await;
    let boss = here.admin("boss").await;
    let mut stream = boss.at(&there).opens_stream().await;
    let post = boss.publishes(Draft::news("Heard")).await;
    assert_eq!(stream.next_post().await, post);

    let before = questions(admin).await;
    eventually("each has asked", async || (questions(&mut admin.clone()).await > before + 3).then_some(()))
        .await;

    for node in [&here, &there] {
        assert_eq!((times(node, CONNECTED), times(node, "Redis is away")), (1, 0), "{}", node.logs());
    }
}

const CONNECTED: &str = "Nudges go through Redis";

fn times(node: &TestApp, words: &str) -> usize {
    node.logs().matches(words).count()
}

async fn connects(redis: &Redis) -> MultiplexedConnection {
    let client = redis::Client::open(redis.url_at("127.0.0.1")).unwrap();
    client.get_multiplexed_async_connection().await.unwrap()
}

/// Makes the user by the guide's own line; the address with it.
async fn has_our_user(redis: &Redis, admin: &mut MultiplexedConnection, number: u8) -> String {
    let line = GUIDE.lines().find(|line| line.trim().starts_with("ACL SETUSER tidings")).unwrap();
    let password = new_word();
    let line = line.replace("PASSWORD", &password).replace("tidings:0", &format!("tidings:{number}"));
    let mut words = line.split_whitespace();
    let mut command = redis::cmd(words.next().unwrap());
    words.for_each(|word| {
        command.arg(word);
    });
    command.query_async::<()>(admin).await.unwrap();
    format!("redis://tidings:{password}@127.0.0.1:{}", redis.port)
}

/// How often Redis was asked for how long a key lasts, by which nodes find out whether it is there.
async fn questions(admin: &mut MultiplexedConnection) -> u64 {
    let statistics = statistics(admin, "pttl").await;
    let calls = statistics.split("calls=").nth(1).and_then(|calls| calls.split(',').next());
    calls.map_or(0, |calls| calls.parse().unwrap())
}

/// What Redis tells of a command; nothing, if nobody gave it.
async fn statistics(admin: &mut MultiplexedConnection, command: &str) -> String {
    let all: String = redis::cmd("INFO").arg("commandstats").query_async(admin).await.unwrap();
    let line = all.lines().find(|line| line.starts_with(&format!("cmdstat_{command}:")));
    line.unwrap_or_default().to_owned()
}
