//! Posts whose time is over while the server is killed.

use std::time::Duration;

use tokio::time::sleep;

use crate::{
    posts::expiry::times_expired,
    support::{Draft, TestApp, eventually},
};

const ROUNDS: i64 = 3;
/// More than are ended in one transaction.
const IN_A_ROUND: i64 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_while_the_server_is_killed_ends_once_and_every_list_agrees() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let stays = boss.publishes(Draft::news("Stays")).await;

    for round in 1..=ROUNDS {
        for number in 0..IN_A_ROUND {
            let ends = Draft::news(&format!("Number {number}")).with("expires", "2999-12-24T08:00");
            boss.publishes(ends).await;
        }
        app.sql("UPDATE posts SET expires_ms = 60000 WHERE expires_ms > 60000").await;
        let some_have = async || (times_expired(&app).await > IN_A_ROUND * (round - 1)).then_some(());
        eventually("some have ended", some_have).await;
        sleep(Duration::from_millis(rand::random_range(0..20))).await;
        app.kill().await;
        app.restart().await;
        let all_have = async || (times_expired(&app).await >= IN_A_ROUND * round).then_some(());
        eventually("all have ended", all_have).await;
    }

    let posts = "SELECT COUNT(DISTINCT post_id) FROM events WHERE change = 'expired'";
    let posts: i64 = app.asks_database(posts).await.try_get_by_index(0).unwrap();
    assert_eq!((posts, times_expired(&app).await), (IN_A_ROUND * ROUNDS, IN_A_ROUND * ROUNDS), "once each");
    assert_eq!(ann.reads_whole_feed().await, [stays]);
    assert_eq!(ann.session().await["unread"], 1);
}
