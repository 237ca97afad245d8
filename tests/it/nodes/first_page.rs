//! The first page that one node keeps, and what is done at another.

use super::cluster::Cluster;
use crate::posts::first_page::stays_true;

#[tokio::test]
async fn what_is_done_at_one_node_is_on_the_page_that_another_has_kept() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let ann = here.member("ann").await;

    stays_true(here, &boss, &ann, &ann.at(there)).await;
}
