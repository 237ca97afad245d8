//! A right that is lost on one node is lost on the others within three seconds, with Redis and without.

use std::time::{Duration, Instant};

use super::cluster::Cluster;
use crate::support::{Person, Program, Stream, TestApp};

#[tokio::test]
async fn what_is_lost_on_one_node_ends_the_streams_of_the_other_without_redis() {
    everything_that_is_lost_ends_streams_elsewhere(Cluster::without_redis(2).await).await;
}

#[tokio::test]
async fn what_is_lost_on_one_node_ends_the_streams_of_the_other_with_redis() {
    everything_that_is_lost_ends_streams_elsewhere(Cluster::with_redis(2).await).await;
}

async fn everything_that_is_lost_ends_streams_elsewhere(cluster: Cluster) {
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    for (way, reason) in
        [("signs out", "signed-out"), ("is disabled", "revoked"), ("is disabled from the shell", "revoked")]
    {
        fastest_of_three(async |number| {
            let name = format!("{way} {number}");
            let person = here.member(&name).await;
            let mut elsewhere = person.at(there).opens_stream().await;
            let mut bosss = boss.at(there).opens_stream().await;

            let start = Instant::now();
            match way {
                "signs out" => person.signs_out().await,
                "is disabled" => is_disabled_by(&boss, here, &name).await,
                _ => assert_eq!(here.runs(&["user", "disable", &name], "").await.code, Some(0)),
            }
            assert_eq!(elsewhere.says_bye().await, reason, "{name}");
            let took = start.elapsed();

            assert_eq!(person.at(there).streams_from("/stream", &[]).await.status, 204, "{name}");
            let post = boss.publishes(crate::support::Draft::news("Who is still here?")).await;
            assert_eq!(bosss.next_post().await, post, "nobody else's ends");
            took
        })
        .await;
    }

    fastest_of_three(async |_| {
        let program = Program::of(here, "boss", "stream").await;
        let mut elsewhere: Stream = program.at(there).opens_stream().await;
        let list = boss.gets("/admin/tokens").await.text;
        let address = list.split("action=\"").find(|rest| rest.contains("/revocation\"")).unwrap();
        let start = Instant::now();
        boss.posts(address.split('"').next().unwrap(), &[]).await;
        assert_eq!(elsewhere.says_bye().await, "revoked");
        start.elapsed()
    })
    .await;
}

/// Tries it until it takes less than three seconds; three times at most, since a busy machine is no broken promise.
async fn fastest_of_three(mut ends: impl AsyncFnMut(u32) -> Duration) {
    let mut times = vec![];
    for number in 1..=3 {
        times.push(ends(number).await);
        if times.last() < Some(&Duration::from_secs(3)) {
            return;
        }
    }
    panic!("the streams of others ended after {times:?}");
}

async fn is_disabled_by(boss: &Person, node: &TestApp, name: &str) {
    let question = format!("SELECT id FROM users WHERE name = '{name}'");
    let id: i64 = node.asks_database(&question).await.try_get_by_index(0).unwrap();
    let page = boss.posts(&format!("/admin/people/{id}/access"), &[("access", "disabled")]).await;
    assert_eq!(page.status, 303, "{page:?}");
}
