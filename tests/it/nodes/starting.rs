//! Nodes that start.

use std::sync::Arc;

use crate::support::{TestApp, TestDatabase, shared_cluster};

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_at_once_on_an_empty_database_migrate_once() {
    let database = Arc::new(TestDatabase::on(&shared_cluster()).await);
    let start = || tokio::spawn(TestApp::start_on(database.clone(), &[]));
    let starting = [start(), start(), start(), start()];
    let mut nodes = vec![];
    for node in starting {
        nodes.push(node.await.unwrap());
    }

    let boss = nodes[0].admin("boss").await;
    let row = nodes[0].asks_database("SELECT count(*), count(DISTINCT version) FROM seaql_migrations").await;
    let (all, different): (i64, i64) = (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap());
    assert!(all > 5 && all == different, "{all} {different}");
    let mut cursors = vec![];
    for node in &nodes {
        cursors.push(boss.at(node).opens_stream().await.cursor);
    }
    cursors.dedup_by_key(|cursor| cursor.split_once('-').unwrap().0.to_owned());
    assert_eq!(cursors.len(), 1, "one timeline: {cursors:?}");
}
