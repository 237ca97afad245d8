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
async fn devices_at_two_nodes_agree_with_each_other_and_with_the_list() {
    let cluster = Cluster::with_redis(2).await;
    let (here, there) = cluster.two();
    holds(&[here, there], 10).await;
}
