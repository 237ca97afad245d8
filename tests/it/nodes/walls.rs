//! A wall's link that is ended on one node ends its screen on the other.

use super::cluster::Cluster;
use crate::support::{Draft, Program, makes_wall};

async fn ends_elsewhere(cluster: Cluster) {
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let program = Program::of(here, "boss", "cards").await;
    let card = serde_json::json!({ "board": "plant", "value": 1, "audience": "everyone" });
    assert_eq!(program.sets("c", &card).await.status, 201);
    let link = makes_wall(&boss, "plant", &[("posts", "on")]).await;
    // Opened at one node, shown by the other.
    let wall = here.opens_wall(&link).await.at(there);
    let mut stream = wall.opens_stream().await;
    stream.next("cards").await;
    let fire = boss.publishes(Draft::alert("critical", "Fire")).await;
    assert_eq!(stream.next_post().await, fire);

    boss.posts(&format!("/admin/boards/plant{}/removal", wall.path), &[]).await;

    assert_eq!(stream.says_bye().await, "revoked");
    assert_eq!(wall.streams("").await.status, 204);
    assert_eq!(wall.shows().await.status, 410);
}

#[tokio::test]
async fn a_link_that_is_ended_on_one_node_ends_its_screen_on_the_other_without_redis() {
    ends_elsewhere(Cluster::without_redis(2).await).await;
}

#[tokio::test]
async fn a_link_that_is_ended_on_one_node_ends_its_screen_on_the_other_with_redis() {
    ends_elsewhere(Cluster::with_redis(2).await).await;
}
