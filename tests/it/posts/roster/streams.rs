//! What an open roster is told.

use serde_json::json;

use crate::{
    posts::acknowledging::asks,
    support::{Draft, TestApp},
};

#[tokio::test]
async fn an_open_roster_is_told_who_said_so_and_of_reading_nothing_by_name() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let post = boss.publishes(asks("Leave building C")).await;
    let path = format!("/stream?watch=roster:{post}");
    let mut open = boss.streams_from(&path, &[]).await;
    open.says_hello().await;
    let mut other = ann.streams_from(&path, &[]).await;
    other.says_hello().await;
    assert_eq!(other.next("roster").await.data, json!({ "post": post, "gone": true }), "it is not hers");

    ben.marks(post, true).await;
    ann.has_seen(post, "one").await;

    let told = loop {
        let told = open.next("roster").await.data;
        assert!(!told.to_string().contains("Ben"), "who only reads is not named: {told}");
        if told["acknowledged"] == 1 {
            break told;
        }
    };
    assert_eq!((&told["post"], &told["recipients"], &told["read"]), (&json!(post), &json!(2), &json!(null)));
    assert_eq!(
        (&told["people"][0]["name"], &told["people"][0]["state"]),
        (&json!("Ann"), &json!("acknowledged"))
    );
    ann.takes_back(post, "two").await;
    let told = open.next("roster").await.data;
    assert_eq!((&told["acknowledged"], &told["people"][0]["state"]), (&json!(0), &json!("outstanding")));
    ben.has_seen(post, "three").await;
    assert_eq!(open.next("roster").await.data["people"][0]["name"], "Ben");

    // Ann hears of what is hers, and no more of the roster.
    boss.publishes(Draft::news("After")).await;
    loop {
        let event = other.next_event().await.unwrap();
        assert_ne!(event.name, "roster", "{event:?}");
        if event.name == "post" {
            break;
        }
    }
}

#[tokio::test]
async fn whatever_else_wakes_a_stream_has_its_roster_counted_once_a_second_at_most() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(asks("Leave building C")).await;
    let mut open = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    let (before, began) = (app.logs().len(), std::time::Instant::now());

    for round in 0..20 {
        let key = format!("key {round}");
        let status =
            if round % 2 == 0 { ann.has_seen(post, &key).await } else { ann.takes_back(post, &key).await };
        assert_eq!(status, 204);
        boss.publishes(Draft::news("Meanwhile")).await;
    }

    let looks = app
        .logged_since(before)
        .await
        .matches(r#"FROM \"readers\" ORDER BY \"readers\".\"rev\" DESC"#)
        .count();
    let most = 4 + 2 * usize::try_from(began.elapsed().as_secs()).unwrap();
    assert!((1..=most).contains(&looks), "{looks} looks");
}

#[tokio::test]
async fn what_several_watch_is_counted_once_for_all_of_them() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(asks("Leave building C")).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        let mut stream = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
        stream.says_hello().await;
        assert_eq!(stream.next("roster").await.data["acknowledged"], 0);
        open.push(stream);
    }
    let before = app.logged_since(0).await.len();

    ann.has_seen(post, "one").await;

    for stream in &mut open {
        let told = stream.next("roster").await.data;
        assert_eq!((&told["acknowledged"], &told["people"][0]["name"]), (&json!(1), &json!("Ann")), "{told}");
    }
    let logs = &app.logged_since(before).await;
    let is_count = |line: &&str| {
        line.contains("COUNT(*)") && line.contains(r#"\"receipts\".\"acknowledged_ms\" IS NOT NULL"#)
    };
    let counts = logs.lines().filter(is_count).filter(|line| !line.contains(r#"\"users\""#)).count();
    assert!((1..=2).contains(&counts), "{counts} times");

    // Who was told of is not told of once more.
    boss.publishes(Draft::news("After")).await;
    for stream in &mut open {
        loop {
            let event = stream.next_event().await.unwrap();
            assert!(event.name != "roster" || event.data["people"] == json!([]), "{event:?}");
            if event.name == "post" {
                break;
            }
        }
    }
}
