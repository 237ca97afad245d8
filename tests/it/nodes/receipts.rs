//! What is read at one node and counted at another.

use super::cluster::Cluster;
use crate::{receipts::model::holds, support::Draft};

async fn crosses(cluster: Cluster) {
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let ann = here.member("ann").await;
    let post = boss.publishes(Draft::news("One")).await;
    let mut stream = ann.at(there).opens_stream().await;
    stream.says_unread(1).await;

    ann.marks(post, true).await;
    stream.says_unread(0).await;
    ann.at(there).marks(post, false).await;
    stream.says_unread(1).await;
    assert_eq!(ann.reads_unread().await, [post]);
}

#[tokio::test]
async fn what_is_read_at_one_node_is_told_at_the_other_without_redis() {
    crosses(Cluster::without_redis(2).await).await;
}

#[tokio::test]
async fn what_is_read_at_one_node_is_told_at_the_other_through_redis() {
    crosses(Cluster::with_redis(2).await).await;
}

#[tokio::test]
async fn what_is_snoozed_at_one_node_comes_back_once_on_all_of_them() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let ann = here.member("ann").await;
    let post = boss.publishes(Draft::news("One")).await;
    let mut streams = [ann.opens_stream().await, ann.at(there).opens_stream().await];

    assert_eq!(ann.acts(&format!("/posts/{post}/snooze"), &[("until", "tomorrow")]).await.status, 204);
    for stream in &mut streams {
        stream.tells(post, "snoozed_until").await;
    }
    assert!(ann.at(there).reads_feed().await.posts.is_empty());
    here.sql("UPDATE receipts SET snoozed_until_ms = 1").await;

    let mut revs = Vec::new();
    for stream in &mut streams {
        revs.push(stream.tells(post, "snoozed_since").await.data["rev"].clone());
    }
    assert_eq!(revs[0], revs[1], "it was written once");
    assert_eq!(ann.at(there).reads_feed().await.posts, [post]);
}

#[tokio::test]
async fn devices_at_two_nodes_agree_with_each_other_and_with_the_list() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    holds(&[here, there], 10).await;
}
