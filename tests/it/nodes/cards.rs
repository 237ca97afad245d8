//! Cards that are set at one node and watched at another.

use serde_json::json;

use super::cluster::Cluster;
use crate::{
    cards::model::holds,
    support::{Program, keys, makes_group},
};

async fn crosses(cluster: Cluster) {
    let Cluster { nodes, .. } = &cluster;
    let (here, there) = (&nodes[0], &nodes[1]);
    let boss = here.admin("boss").await;
    let ann = here.member("ann").await;
    let crew = makes_group(&boss, "Crew", &["ann"]).await;
    let program = Program::of(here, "boss", "cards").await;
    let card = json!({ "board": "crew", "kind": "value", "value": 1, "audience": { "groups": ["Crew"] } });
    program.sets("c", &card).await;
    let mut page = ann.at(there).watches("board:crew").await;
    assert_eq!(keys(&page.next("cards").await), ["c"]);

    // Both nodes change it, and the newest is what is shown.
    for (number, node) in [(2, here), (3, there), (4, here)] {
        assert_eq!(program.at(node).reports("c", &number.to_string()).await.status, 200);
        let shown = page.next("cards").await.data["cards"][0]["html"].as_str().unwrap().to_owned();
        assert!(shown.contains(&format!(">{number}<")), "{shown}");
    }
    program.sets("d", &card).await;
    assert_eq!(keys(&page.next("cards").await), ["d"]);
    program.at(there).removes("c").await;
    assert_eq!(page.next("cards").await.data["gone"], json!(["c"]));
    boss.posts(&format!("{crew}/removal"), &[]).await;
    assert_eq!(page.next("cards").await.data["cards"], json!([]));
}

#[tokio::test]
async fn cards_cross_from_node_to_node_without_redis() {
    crosses(Cluster::without_redis(2).await).await;
}

#[tokio::test]
async fn cards_cross_from_node_to_node_through_redis() {
    crosses(Cluster::with_redis(2).await).await;
}

#[tokio::test]
async fn on_two_nodes_every_streams_last_picture_is_the_tables() {
    for seed in 10..12 {
        holds(&Cluster::with_redis(2).await.nodes, seed).await;
    }
}

/// Each writes what was reported to it, and adds it to what the other wrote.
#[tokio::test]
async fn the_history_of_a_card_has_what_was_reported_at_every_node() {
    let mut cluster = Cluster::without_redis(2).await;
    let boss = cluster.nodes[0].admin("boss").await;
    let program = Program::of(&cluster.nodes[0], "boss", "cards").await;
    program.sets("v", &json!({ "board": "b", "value": 1 })).await;
    for (number, node) in [("9", 1), ("-3", 1), ("2", 0)] {
        assert_eq!(program.at(&cluster.nodes[node]).reports("v", number).await.status, 200);
    }

    assert_eq!(cluster.nodes[1].stop().await, Some(0));
    assert_eq!(cluster.nodes[0].stop().await, Some(0));
    cluster.nodes[1].restart().await;

    let table = boss.at(&cluster.nodes[1]).gets("/cards/v.csv").await.text;
    let mut table = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<_> = table.records().map(|row| row.unwrap()).collect();
    let column = |at: usize| rows.iter().map(move |row| row[at].parse::<f64>().unwrap());
    assert_eq!(column(2).sum::<f64>(), 4.0, "{rows:?}");
    assert_eq!((column(4).fold(9.0, f64::min), column(5).fold(0.0, f64::max)), (-3.0, 9.0), "{rows:?}");
}
