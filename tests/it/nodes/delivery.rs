//! Three nodes, 30 streams spread over them, 64 publishers, and whatever goes wrong meanwhile: every recipient
//! gets every post exactly once and in order, on whichever node.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;
use tokio::time::{sleep, timeout};

use super::{cluster::Cluster, reader::Reader};
use crate::support::{Program, Role, TIMEOUT, TestApp, eventually, news};

const PUBLISHERS: usize = 64;
const STREAMS: usize = 30;
const MEMBERS: [&str; 3] = ["ann", "bea", "cat"];

/// What happens while everybody publishes and listens.
enum Trouble {
    Nothing,
    RedisIsKilledAndRestarted,
    RedisFreezes,
    ANodeIsKilled,
    PostgresStopsAndStarts,
    NodesAreRestartedInTurn,
}

impl Trouble {
    async fn strikes(&self, cluster: &mut Cluster) {
        match self {
            Self::Nothing => {}
            Self::RedisIsKilledAndRestarted => {
                let redis = cluster.redis.as_mut().unwrap();
                redis.is_killed().await;
                sleep(Duration::from_secs(3)).await;
                redis.starts_again().await;
            }
            Self::RedisFreezes => {
                let redis = cluster.redis.as_ref().unwrap();
                redis.freezes();
                sleep(Duration::from_secs(10)).await;
                redis.thaws();
            }
            Self::ANodeIsKilled => cluster.nodes[2].kill().await,
            Self::PostgresStopsAndStarts => {
                let postgres = cluster.postgres.as_ref().unwrap();
                postgres.stops().await;
                sleep(Duration::from_secs(3)).await;
                postgres.starts_again().await;
            }
            Self::NodesAreRestartedInTurn => {
                for node in &mut cluster.nodes {
                    assert_eq!(node.stop().await, Some(0));
                    node.restart().await;
                    // The next one stops when this one has been found.
                    sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }
}

async fn everybody_gets_everything_once_and_in_order(mut cluster: Cluster, trouble: Trouble) {
    let node = &cluster.nodes[0];
    node.signs_up("boss", Role::Admin).await;
    let boss = Program::of(node, "boss", "publish").await;
    let mut members = vec![];
    for name in MEMBERS {
        members.push(node.member(name).await);
    }
    let start = members[0].reads_feed().await.cursor;
    let last = Arc::new(Mutex::new(None));
    let urls: Vec<_> = cluster.nodes.iter().map(|node| node.url.clone()).collect();
    let readers: Vec<_> = (0..STREAMS)
        .map(|number| {
            let reader = Reader::new(&members[number % MEMBERS.len()], &urls, number / MEMBERS.len());
            tokio::spawn(reader.follows(start.clone(), last.clone()))
        })
        .collect();
    let over = Arc::new(AtomicBool::new(false));
    let published = Arc::new(AtomicUsize::new(0));
    let publishers: Vec<_> = (0..PUBLISHERS)
        .map(|number| publishes_on(boss.clone(), urls.clone(), number, published.clone(), over.clone()))
        .map(tokio::spawn)
        .collect();

    let everybody_publishes = async || {
        let before = published.load(Relaxed);
        eventually("as many posts as there are publishers", async || {
            (published.load(Relaxed) >= before + PUBLISHERS).then_some(())
        })
        .await;
    };
    everybody_publishes().await;
    trouble.strikes(&mut cluster).await;
    everybody_publishes().await;
    over.store(true, Relaxed);
    let mut answered = HashSet::new();
    for publisher in publishers {
        answered.extend(timeout(TIMEOUT * 2, publisher).await.expect("publishers come to an end").unwrap());
    }
    *last.lock().unwrap() = Some(boss.publishes("The end").await);

    let (log, authors_own) = log_of(&cluster.nodes[0]).await;
    assert!(answered.len() >= 2 * PUBLISHERS, "there was something to lose: {}", answered.len());
    let logged: HashSet<_> = log.iter().map(|(post, _)| *post).collect();
    assert_eq!(logged.len(), log.len(), "no post has two events");
    assert_eq!(logged.len(), authors_own, "no post is without an event");
    assert!(answered.is_subset(&logged), "what was answered is there");
    // Each was sent under a key of its own until it was answered.
    assert_eq!(logged.len(), answered.len() + 1, "nothing was published twice");
    for (number, reader) in readers.into_iter().enumerate() {
        let trail = timeout(TIMEOUT * 3, reader).await.expect("readers catch up").unwrap();
        let name = MEMBERS[number % MEMBERS.len()];
        let due = log.iter().filter(|(_, to)| to.is_none() || to.as_deref() == Some(name));
        assert_eq!(trail.posts, due.map(|(post, _)| *post).collect::<Vec<_>>(), "stream {number}, of {name}");
        assert!(trail.longest_gap < TIMEOUT, "stream {number}: {:?}", trail.longest_gap);
        let node = number / MEMBERS.len() % urls.len();
        match trouble {
            Trouble::NodesAreRestartedInTurn => assert!(trail.reconnects > 0, "stream {number}"),
            Trouble::ANodeIsKilled if node == 2 => assert_eq!(trail.reconnects, 1, "stream {number}"),
            _ => assert_eq!(trail.reconnects, 0, "stream {number} stays open"),
        }
    }
}

/// Publishes one post after another, half of them for one person, each again and again until it is answered.
async fn publishes_on(
    boss: Program,
    urls: Vec<String>,
    number: usize,
    published: Arc<AtomicUsize>,
    over: Arc<AtomicBool>,
) -> Vec<i64> {
    let mut answered = vec![];
    while !over.load(Relaxed) {
        let count = answered.len();
        let mut post = news(&format!("Number {count} of publisher {number}"));
        if (count + number) % 2 == 1 {
            post["audience"] = json!({ "people": [MEMBERS[number % MEMBERS.len()]] });
        }
        let key = format!("{number}-{count}");
        for attempt in 0.. {
            let node = boss.at_url(&urls[(number + attempt) % urls.len()]);
            match timeout(TIMEOUT, node.tries_to_send_once(&post, &key)).await.expect("an answer") {
                Ok(page) if page.status == 201 => {
                    answered.push(page.json()["id"].as_i64().unwrap());
                    published.fetch_add(1, Relaxed);
                    break;
                }
                Ok(page) => assert!([409, 503].contains(&page.status), "{page:?}"),
                Err(_) => {}
            }
            sleep(Duration::from_millis(100)).await;
        }
        sleep(Duration::from_millis(rand::random_range(300..700))).await;
    }
    answered
}

/// Every post in the order of its event, with the name of its only recipient if it has one; and how many posts
/// there are.
async fn log_of(node: &TestApp) -> (Vec<(i64, Option<String>)>, usize) {
    let database = node.opens_database().await;
    let rows = database
        .query_all_raw(Statement::from_string(
            DbBackend::Postgres,
            "SELECT events.post_id, users.name, (SELECT count(*) FROM posts) FROM events \
                LEFT JOIN audiences ON audiences.number = events.id AND audiences.scope = 'person' \
                LEFT JOIN users ON users.id = audiences.subject \
                WHERE kind = 'post' ORDER BY events.id",
        ))
        .await
        .unwrap();
    database.close().await.unwrap();
    let count: i64 = rows[0].try_get_by_index(2).unwrap();
    let log = rows.iter().map(|row| (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap()));
    (log.collect(), usize::try_from(count).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn on_three_nodes() {
    everybody_gets_everything_once_and_in_order(Cluster::with_redis(3).await, Trouble::Nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis() {
    everybody_gets_everything_once_and_in_order(Cluster::without_redis(3).await, Trouble::Nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_killed_and_restarted() {
    let cluster = Cluster::with_redis(3).await;
    everybody_gets_everything_once_and_in_order(cluster, Trouble::RedisIsKilledAndRestarted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_redis_is_frozen_for_ten_seconds() {
    let cluster = Cluster::with_redis(3).await;
    everybody_gets_everything_once_and_in_order(cluster, Trouble::RedisFreezes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_node_is_killed_and_its_streams_move_to_the_others() {
    let cluster = Cluster::with_redis(3).await;
    everybody_gets_everything_once_and_in_order(cluster, Trouble::ANodeIsKilled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_nodes_are_restarted_in_turn() {
    let cluster = Cluster::with_redis(3).await;
    everybody_gets_everything_once_and_in_order(cluster, Trouble::NodesAreRestartedInTurn).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgres_is_stopped_and_started() {
    let cluster = Cluster::with_postgres(3).await;
    everybody_gets_everything_once_and_in_order(cluster, Trouble::PostgresStopsAndStarts).await;
}
