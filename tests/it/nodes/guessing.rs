//! Failed sign-ins are counted for all nodes together, as long as there is Redis between them.

use std::time::{Duration, Instant};

use super::cluster::Cluster;
use crate::support::{Role, TIMEOUT, TestApp, new_word};

/// What a try waits for after fourteen failures at its name. One more is made here: on a busy machine, the first may
/// have been forgiven by then.
const SLOWED: Duration = Duration::from_secs(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_guessed_at_on_one_node_is_slowed_down_on_the_other() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    here.signs_up("ann", Role::Member).await;
    guesses(here, "ann").await;

    assert!(signs_in_within(there, "ann").await >= SLOWED);

    let client = redis::Client::open(cluster.redis.as_ref().unwrap().url()).unwrap();
    let mut redis = client.get_multiplexed_async_connection().await.unwrap();
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await.unwrap();
    assert_eq!(keys.len(), 2, "a name and an address: {keys:?}");
    for key in &keys {
        assert!(key.starts_with("tidings:3:failures:"), "{key}");
        assert!(!key.contains("ann") && !key.contains("127"), "what was typed is not told: {key}");
        let left: i64 = redis::cmd("TTL").arg(key).query_async(&mut redis).await.unwrap();
        assert!((1..=9 * 60).contains(&left), "each ends by itself: {left} s");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_frozen_each_node_counts_for_itself_and_nobody_is_kept_waiting_for_it() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    here.signs_up("ann", Role::Member).await;
    cluster.redis.as_ref().unwrap().freezes();

    // The fastest, since a busy machine is no broken promise.
    let mut fastest = TIMEOUT;
    for _ in 0..3 {
        fastest = fastest.min(signs_in_within(there, "ann").await);
    }
    assert!(fastest < Duration::from_secs(2), "{fastest:?}");
    guesses(here, "ann").await;

    assert!(signs_in_within(here, "ann").await >= SLOWED);
}

/// Fifteen times, wrongly.
async fn guesses(node: &TestApp, name: &str) {
    let guessing = (0..15).map(|_| async {
        let page = node.visitor().tries_to_sign_in(name, &new_word()).await;
        assert_eq!(page.status, 422, "{page:?}");
    });
    for one in guessing {
        one.await;
    }
}

async fn signs_in_within(node: &TestApp, name: &str) -> Duration {
    let start = Instant::now();
    node.signs_in(name).await;
    start.elapsed()
}
