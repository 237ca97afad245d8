//! Reminders that several nodes could send.

use super::cluster::Cluster;
use crate::{
    posts::{
        acknowledging::asks,
        reminders::{are_done, is_due, sent},
    },
    support::eventually,
};

#[tokio::test(flavor = "multi_thread")]
async fn one_node_sends_each_reminder_and_another_goes_on_when_it_is_gone() {
    let mut cluster = Cluster::without_redis(2).await;
    let boss = cluster.nodes[0].admin("boss").await;
    for name in ["ann", "ben", "cay"] {
        cluster.nodes[0].member(name).await;
    }
    boss.publishes(asks("Leave").with("remind_every", "5")).await;

    for round in 1..=4 {
        is_due(&cluster.nodes[0]).await;
        are_done(&cluster.nodes[0]).await;
        assert_eq!(sent(&cluster.nodes[0]).await, (3 * round, 3 * round));
    }

    let audit = boss.gets("/admin/audit?act=post-remind").await.text;
    assert_eq!(audit.matches("3 people").count(), 4, "{audit}");
    // As if a node had been killed right after it began.
    let begun = "UPDATE reminder_schedules SET next_ms = 1, sent = 5, node = 'gone', claimed_ms = ";
    let now = jiff::Timestamp::now().as_millisecond();
    cluster.nodes[0].kill().await;
    let left = &cluster.nodes[1];
    left.sql(&format!("{begun}{now}")).await;
    let is_sent = async || (sent(left).await == (15, 15)).then_some(());
    eventually("the other node sends it", is_sent).await;
    are_done(left).await;
}
