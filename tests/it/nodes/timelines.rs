//! The database loses the log's end, or is another one than before: clients are told, on every node alike.

use std::process::Stdio;

use tokio::process::Command;

use super::cluster::Cluster;
use crate::support::{Draft, Person, Stream, TestApp, TestDatabase, eventually, shared_cluster};

/// What a failover to a replica that was behind does: the last two events were never there.
const TRUNCATED: &str = "BEGIN; \
    DELETE FROM events WHERE id > (SELECT last_id - 2 FROM counter); \
    DELETE FROM audiences WHERE number > (SELECT last_id - 2 FROM counter); \
    DELETE FROM posts WHERE number > (SELECT last_id - 2 FROM counter); \
    UPDATE counter SET last_id = last_id - 2; COMMIT";

/// The same, when others have been written in their place.
const OVERWRITTEN: &str = "UPDATE events SET nonce = nonce + 1 WHERE id > (SELECT last_id - 2 FROM counter)";

#[tokio::test]
async fn a_log_that_lost_its_end_is_another_timeline_on_every_node() {
    for loss in [TRUNCATED, OVERWRITTEN] {
        let cluster = Cluster::without_redis(2).await;
        let (here, there) = cluster.two();
        let boss = here.admin("boss").await;
        let mut streams = [boss.opens_stream().await, boss.at(there).opens_stream().await];
        let mut posts = vec![];
        for title in ["One", "Two", "Three"] {
            posts.push(boss.publishes(Draft::news(title)).await);
        }
        for stream in &mut streams {
            assert_eq!(stream.next_posts(3).await, posts);
        }
        let old = streams[0].cursor.clone();

        here.sql(loss).await;

        let heads = [is_reset(&mut streams[0]).await, is_reset(&mut streams[1]).await];
        assert_eq!(heads[0], heads[1], "both nodes are on the same timeline: {loss}");
        assert_ne!(epoch(&heads[0]), epoch(&old));
        let post = boss.at(there).publishes(Draft::news("After")).await;
        for stream in &mut streams {
            assert_eq!(stream.next_post().await, post, "and it goes on");
        }
        for node in [here, there] {
            let mut late = boss.at(node).streams_from("/stream", &[("Last-Event-ID", &old)]).await;
            assert_eq!(late.says_hello().await.data["resumed"], false);
            is_reset(&mut late).await;
        }
    }
}

#[tokio::test]
async fn a_replica_that_takes_over_is_another_timeline() {
    let mut cluster = Cluster::with_postgres(2).await;
    let postgres = cluster.postgres.take().unwrap();
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let mut streams = [boss.opens_stream().await, boss.at(there).opens_stream().await];

    postgres.stops().await;
    postgres.is_a_replica();
    postgres.starts_again().await;

    // Whatever it has or lacks: it cannot be told from here.
    let heads = [is_reset(&mut streams[0]).await, is_reset(&mut streams[1]).await];
    assert_eq!(heads[0], heads[1]);
    drop(cluster);
    drop(postgres);
}

#[tokio::test]
async fn a_restored_dump_is_another_timeline() {
    let cluster = Cluster::without_redis(1).await;
    let before = &cluster.nodes[0];
    let boss = before.admin("boss").await;
    let kept = boss.publishes(Draft::news("Kept")).await;
    let dump = Command::new("pg_dump").arg(before.database()).output().await.unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let lost = seen_after_one_post(&boss).await;

    let copy = TestDatabase::on(&shared_cluster()).await;
    let script = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(script.path(), dump.stdout).unwrap();
    let restored = Command::new("psql")
        .args(["--quiet", "--set", "ON_ERROR_STOP=1", "--file"])
        .args([script.path().as_os_str(), copy.url().as_ref()])
        .stdout(Stdio::null())
        .status();
    assert!(restored.await.unwrap().success());
    let after = TestApp::start_on(copy, &[]).await;
    let boss = boss.at(&after);

    assert_eq!(boss.reads_feed().await.posts, [kept], "signed in as before, too");
    let said = eventually("it says so", async || {
        Some(after.says()).filter(|said| said.contains("can sign in") && said.contains("token"))
    })
    .await;
    assert!(said.contains("Its newest entry is of ") && said.contains("  boss "), "{said}");
    let number = |cursor: &str| cursor.split('-').nth(1).unwrap().to_owned();
    let head = seen_after_one_post(&boss).await;
    assert_eq!(number(&head), number(&lost), "the number alone would not tell the two apart");
    let mut stream = boss.streams_from("/stream", &[("Last-Event-ID", &lost)]).await;
    assert_eq!(stream.says_hello().await.data["resumed"], false);
    assert_eq!(is_reset(&mut stream).await, head);
}

#[tokio::test]
async fn a_node_that_starts_again_goes_on_with_the_same_timeline() {
    let mut cluster = Cluster::without_redis(1).await;
    let boss = cluster.nodes[0].admin("boss").await;
    let cursor = seen_after_one_post(&boss).await;

    cluster.nodes[0].stop().await;
    cluster.nodes[0].restart().await;

    let mut stream = boss.streams_from("/stream", &[("Last-Event-ID", &cursor)]).await;
    assert_eq!(stream.says_hello().await.data["resumed"], true);
}

/// The head that `reset` names.
async fn is_reset(stream: &mut Stream) -> String {
    stream.next("reset").await.data["head"].as_str().unwrap().to_owned()
}

async fn seen_after_one_post(boss: &Person) -> String {
    let before = boss.reads_feed().await.cursor;
    boss.publishes(Draft::news("Seen")).await;
    eventually("memory has it", async || {
        let cursor = boss.reads_feed().await.cursor;
        (cursor != before).then_some(cursor)
    })
    .await
}

fn epoch(cursor: &str) -> &str {
    cursor.split_once('-').unwrap().0
}
