//! Who sees what, when people join, leave and publish on one node and read on another.

use tokio::runtime::Runtime;

use super::cluster::Cluster;
use crate::delivery::{life, model};

#[test]
fn on_two_nodes_every_stream_is_what_a_simple_model_says() {
    let runtime = Runtime::new().unwrap();
    let Cluster { nodes, .. } = runtime.block_on(Cluster::without_redis(2));
    model::holds(&runtime, nodes, 5);
}

#[test]
fn on_two_nodes_every_page_shows_what_there_is_for_it_in_the_end() {
    let runtime = Runtime::new().unwrap();
    let Cluster { nodes, .. } = runtime.block_on(Cluster::without_redis(2));
    life::holds(&runtime, nodes, 12);
}
