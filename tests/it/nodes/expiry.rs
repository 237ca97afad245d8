//! Posts that several nodes find to have expired.

use super::cluster::Cluster;
use crate::{
    posts::expiry::{has_expired, times_expired},
    support::{Draft, eventually},
};

#[tokio::test]
async fn what_all_nodes_find_to_have_expired_expires_once() {
    let cluster = Cluster::without_redis(3).await;
    let boss = cluster.nodes[0].admin("boss").await;
    let ann = cluster.nodes[0].member("ann").await;
    let mut posts = vec![];
    for place in 0..30 {
        posts.push(
            boss.publishes(Draft::news(&format!("Soup {place}")).with("expires", "2999-12-24T08:00")).await,
        );
    }
    let mut pages = vec![];
    for node in &cluster.nodes {
        pages.push(ann.at(node).opens_stream().await);
    }

    cluster.nodes[0].sql("UPDATE posts SET expires_ms = 1").await;
    for post in &posts {
        has_expired(&cluster.nodes[0], *post).await;
    }

    for page in &mut pages {
        let mut gone = vec![];
        while gone.len() < posts.len() {
            let event = page.next("change").await;
            assert_eq!(event.data["change"], "expired");
            gone.push(event.post());
        }
        gone.sort_unstable();
        assert_eq!(gone, posts);
    }
    assert_eq!(times_expired(&cluster.nodes[0]).await, posts.len() as i64);
    let audit = "SELECT COUNT(*) FROM audit WHERE act = 'post-expire'";
    let entries: i64 = cluster.nodes[0].asks_database(audit).await.try_get_by_index(0).unwrap();
    assert_eq!(entries, posts.len() as i64);
}

#[tokio::test]
async fn a_pin_that_all_nodes_find_to_have_ended_ends_once() {
    let cluster = Cluster::without_redis(3).await;
    let boss = cluster.nodes[0].admin("boss").await;
    for place in 0..10 {
        boss.publishes(Draft::news(&format!("Rule {place}")).with("pinned", "2999-12-24T08:00")).await;
    }

    cluster.nodes[0].sql("UPDATE posts SET pinned_until_ms = 1").await;
    let count = async |question: &str| -> i64 {
        cluster.nodes[0].asks_database(question).await.try_get_by_index(0).unwrap()
    };
    let pinned = "SELECT COUNT(*) FROM posts WHERE pinned_until_ms IS NOT NULL";
    eventually("nothing is pinned", async || (count(pinned).await == 0).then_some(())).await;

    assert_eq!(count("SELECT COUNT(*) FROM events WHERE change = 'unpinned'").await, 10);
    assert_eq!(count("SELECT COUNT(*) FROM audit WHERE act = 'post-unpin'").await, 10);
    assert_eq!(count("SELECT MAX(version) FROM posts").await, 2);
}
