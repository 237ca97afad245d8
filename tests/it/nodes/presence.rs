//! Who is where: sessions, "live now" and "last seen", whichever node is asked.

use super::cluster::Cluster;
use crate::support::{Draft, Person, TestApp, eventually};

#[tokio::test]
async fn a_session_of_one_node_is_one_of_every_node() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;

    let post = boss.at(there).publishes(Draft::news("From there")).await;

    assert_eq!(boss.reads_feed().await.posts, [post]);
    boss.at(there).signs_out().await;
    assert!(!boss.is_signed_in().await);
}

#[tokio::test]
async fn what_was_made_at_one_node_is_shown_once_at_whichever_is_asked() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let boss = here.admin("boss").await;
    let made = boss.posts("/admin/invitations", &[("name", "zoe"), ("role", "member")]).await;
    assert_eq!(made.status, 303);
    let is_shown =
        async |node: &TestApp| boss.at(node).gets(made.location()).await.text.contains("/link?token=");

    let (one, other) = tokio::join!(is_shown(there), is_shown(here));

    assert!(one ^ other, "of two who ask at once, one is shown it");
    assert!(!is_shown(here).await && !is_shown(there).await);
}

#[tokio::test]
async fn the_people_page_tells_who_is_live_on_another_node() {
    let mut cluster = Cluster::without_redis(2).await;
    let boss = cluster.nodes[0].admin("boss").await;
    let ann = cluster.nodes[0].member("ann").await;
    let bea = cluster.nodes[0].member("bea").await;
    assert!(!is_live(&boss, "ann").await);

    let anns = ann.at(&cluster.nodes[1]).opens_stream().await;
    let _beas = bea.at(&cluster.nodes[1]).opens_stream().await;

    for name in ["ann", "bea"] {
        eventually("they are live", async || is_live(&boss, name).await.then_some(())).await;
    }
    drop(anns);
    eventually("ann is gone", async || (!is_live(&boss, "ann").await).then_some(())).await;
    assert!(is_live(&boss, "bea").await);
    assert_eq!(cluster.nodes[1].stop().await, Some(0));
    eventually("a node that stops says so", async || (!is_live(&boss, "bea").await).then_some(())).await;
}

#[tokio::test]
async fn which_session_is_live_is_known_on_every_node() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let desk = here.member("ann").await;
    let phone = here.signs_in("ann").await;
    let live = async |person: &Person| live_sessions(&person.gets("/account").await.text);
    assert_eq!(live(&desk).await, [false, false]);

    let stream = phone.at(there).opens_stream().await;

    // One's own stands first.
    eventually("the phone is live", async || (live(&desk).await == [false, true]).then_some(())).await;
    eventually("it knows itself", async || (live(&phone).await == [true, false]).then_some(())).await;
    drop(stream);
    eventually("the phone is gone", async || (live(&desk).await == [false, false]).then_some(())).await;
}

#[tokio::test]
async fn what_a_node_said_that_is_gone_is_void_after_half_a_minute() {
    let mut cluster = Cluster::without_redis(2).await;
    let boss = cluster.nodes[0].admin("boss").await;
    let ann = cluster.nodes[0].member("ann").await;
    let _stream = ann.at(&cluster.nodes[1]).opens_stream().await;
    eventually("ann is live", async || is_live(&boss, "ann").await.then_some(())).await;

    cluster.nodes[1].kill().await;
    // As if half a minute had passed since it last wrote.
    cluster.nodes[0].sql("UPDATE nodes SET written_ms = written_ms - 30000 WHERE live_users <> ''").await;

    eventually("ann is gone", async || (!is_live(&boss, "ann").await).then_some(())).await;
}

#[tokio::test]
async fn last_seen_is_written_once_a_minute_however_many_nodes_are_asked() {
    let cluster = Cluster::without_redis(2).await;
    let (here, there) = cluster.two();
    let ann = here.member("ann").await;
    here.sql("UPDATE users SET last_seen_ms = 1000; UPDATE sessions SET last_seen_ms = 1000").await;
    ann.reads_feed().await;
    let first =
        eventually("it is noted", async || Some(last_seen(here).await).filter(|seen| *seen > 1000)).await;

    ann.at(there).reads_feed().await;
    // What the other node notes is noted in its order, so this comes after it.
    let bea = there.member("bea").await;
    here.sql("UPDATE users SET last_seen_ms = NULL WHERE name = 'bea'").await;
    bea.reads_feed().await;

    eventually("bea is noted", async || {
        let noted = last_seen_of(there, "bea").await;
        (noted > 1000).then_some(())
    })
    .await;
    assert_eq!(last_seen(here).await, first);
}

#[tokio::test]
async fn a_page_is_none_the_worse_when_it_cannot_be_noted_who_was_there() {
    let cluster = Cluster::without_redis(1).await;
    let here = &cluster.nodes[0];
    let ann = here.member("ann").await;
    here.sql(
        "DROP TABLE nodes; \
        UPDATE sessions SET last_seen_ms = 1000; \
        CREATE FUNCTION refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$; \
        CREATE TRIGGER refuses BEFORE UPDATE ON sessions FOR EACH ROW EXECUTE FUNCTION refuses()",
    )
    .await;

    assert_eq!(ann.reads_feed().await.posts, [0; 0]);

    eventually("it was tried", async || {
        here.logs().contains("It could not be noted that somebody was here").then_some(())
    })
    .await;
    assert_eq!(ann.gets("/account").await.status, 200);
    ann.opens_stream().await;
}

async fn is_live(boss: &Person, name: &str) -> bool {
    let page = boss.gets("/admin/people").await.text;
    let row = page.split("<tr").skip(1).find(|row| row.contains(&format!("<bdi>{name}</bdi>"))).unwrap();
    row.contains("Live now")
}

/// Of each session, in the order of the page.
fn live_sessions(page: &str) -> Vec<bool> {
    page.split("<li class=\"session\"").skip(1).map(|row| row.contains("Live now")).collect()
}

async fn last_seen(node: &TestApp) -> i64 {
    last_seen_of(node, "ann").await
}

async fn last_seen_of(node: &TestApp, name: &str) -> i64 {
    let question = format!("SELECT coalesce(last_seen_ms, 0) FROM users WHERE name = '{name}'");
    node.asks_database(&question).await.try_get_by_index(0).unwrap()
}
