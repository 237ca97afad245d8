//! Escalations that several nodes could do.

use super::cluster::Cluster;
use crate::{
    posts::{
        acknowledging::{acts, asks},
        escalation::{comes_to_it, is_done},
    },
    support::makes_group,
};

#[tokio::test(flavor = "multi_thread")]
async fn one_node_tells_each_group_once_and_another_goes_on_when_it_is_gone() {
    let mut cluster = Cluster::without_redis(2).await;
    let boss = cluster.nodes[0].admin("boss").await;
    for name in ["ann", "ben", "cay"] {
        cluster.nodes[0].member(name).await;
    }
    makes_group(&boss, "Crew", &["ann", "ben"]).await;
    let step = |draft: crate::support::Draft| draft.and("escalate_to", "Crew").and("escalate_after", "10");
    let post = boss.publishes(step(step(step(asks("Leave").to(&["cay"]))))).await;

    comes_to_it(&cluster.nodes[0]).await;
    // It was theirs, and so they are reminded.
    comes_to_it(&cluster.nodes[0]).await;
    assert_eq!(acts(&cluster.nodes[0], post).await, ["escalated", "escalated", "reminded", "reminded"]);

    cluster.nodes[0].kill().await;
    let left = &cluster.nodes[1];
    // As if a node had been killed right after it decided.
    let now = jiff::Timestamp::now().as_millisecond();
    left.sql(&format!(
        "UPDATE escalation_steps SET due_ms = 1, done_ms = 1, outcome = 'told', node = 'gone', claimed_ms = {now}, \
         number = (SELECT last_id FROM counter) + 1 WHERE step = 3"
    ))
    .await;
    is_done(left).await;
    let told = acts(left, post).await;
    assert_eq!(told.iter().filter(|act| *act == "reminded").count(), 4, "{told:?}");
    assert_eq!(told.iter().filter(|act| *act == "escalated").count(), 2, "{told:?}");
}
