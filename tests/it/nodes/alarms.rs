//! Alarms of cards that several nodes could look after.

use serde_json::json;

use super::cluster::Cluster;
use crate::support::{Program, eventually};

#[tokio::test]
async fn one_node_looks_and_when_it_is_gone_another_one_does() {
    let mut cluster = Cluster::without_redis(2).await;
    let boss = cluster.nodes[0].admin("boss").await;
    let program = Program::of(&cluster.nodes[0], "boss", "cards").await;
    let card = |key: &str| json!({ "key": key, "board": key, "value": 1, "alarm": { "expect": 3600 } });
    program.sets_all(&[card("one"), card("two")]).await;
    let silent = "UPDATE cards SET silent_ms = 1 WHERE key =";
    let posts = async |node: &crate::support::TestApp| {
        node.asks_database("SELECT COUNT(*) FROM posts").await.try_get_by_index::<i64>(0).unwrap()
    };

    cluster.nodes[0].sql(&format!("{silent} 'one'")).await;
    let is_told = async || (posts(&cluster.nodes[0]).await == 1).then_some(());
    eventually("one is told", is_told).await;
    // A report at either node ends it, and only once.
    program.at(&cluster.nodes[1]).reports("one", "2").await;
    let is_over =
        async || boss.gets("/posts/1").await.text.contains("There was a report again").then_some(());
    eventually("it is over", is_over).await;

    cluster.nodes[0].kill().await;
    let left = &cluster.nodes[1];
    left.sql(&format!("{silent} 'two'")).await;
    let is_told = async || (posts(left).await == 2).then_some(());
    eventually("the other node tells the next", is_told).await;
    let changes = left.asks_database("SELECT COUNT(*) FROM events WHERE change = 'resolved'").await;
    assert_eq!(changes.try_get_by_index::<i64>(0).unwrap(), 1);
    assert_eq!(posts(left).await, 2);
}
