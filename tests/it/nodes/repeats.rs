//! What a program says again at several nodes at once.

use futures_util::future::join_all;
use serde_json::json;

use super::cluster::Cluster;
use crate::support::Program;

#[tokio::test]
async fn the_same_key_at_three_nodes_at_once_makes_one_post_that_counts_all() {
    let cluster = Cluster::without_redis(3).await;
    cluster.nodes[0].admin("boss").await;
    let program = Program::of(&cluster.nodes[0], "boss", "publish,stream").await;
    let programs: Vec<_> = cluster.nodes.iter().map(|node| program.at(node)).collect();

    for round in 0..5 {
        let post = json!({ "kind": "alert", "severity": "warning", "title": "The disk", "audience": "everyone",
                           "dedup_key": format!("disk {round}") });
        let said = join_all(programs.iter().chain(&programs).map(|program| program.sends(&post))).await;

        let new: Vec<_> = said.iter().filter(|answer| answer.status == 201).collect();
        assert_eq!(new.len(), 1, "{said:?}");
        assert!(said.iter().all(|answer| [200, 201].contains(&answer.status)), "{said:?}");
        let id = &new[0].json()["id"];
        assert!(said.iter().all(|answer| &answer.json()["id"] == id), "{said:?}");
        let read = program.gets(&format!("/api/v1/posts/{id}")).await.json();
        assert_eq!(read["repeats"]["count"], 6);
        // And where there was one, which is over.
        let over = program.request(reqwest::Method::PUT, &format!("/api/v1/posts/{id}/resolution"));
        assert_eq!(over.json(&json!({})).send().await.unwrap().status(), 200);
        let said = join_all(programs.iter().map(|program| program.sends(&post))).await;
        assert_eq!(said.iter().filter(|answer| answer.status == 201).count(), 1, "{said:?}");
    }
}
