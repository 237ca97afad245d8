//! How long a critical alert alarms, and whom.

use reqwest::Method;

use crate::support::{Draft, Person, TestApp};

/// The critical alerts that this person has not taken notice of, newest first.
async fn unnoticed(person: &Person) -> Vec<i64> {
    let answer = person.gets("/alerts").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["alerts"].as_array().unwrap().iter().map(|alert| alert["post"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_critical_alert_is_unnoticed_until_it_is_opened_put_away_or_looked_at_in_the_feed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let quiet = boss.publishes(Draft::alert("warning", "Only a warning")).await;
    let (one, two, three) = (
        boss.publishes(Draft::alert("critical", "One")).await,
        boss.publishes(Draft::alert("critical", "Two").to(&["ann"])).await,
        boss.publishes(Draft::alert("critical", "Three")).await,
    );
    assert_eq!(unnoticed(&ann).await, [three, two, one]);

    assert_eq!(ann.gets(&format!("/posts/{two}")).await.status, 200);
    assert_eq!(unnoticed(&ann).await, [three, one], "it was opened");
    let script =
        ann.request(Method::POST, &format!("/posts/{three}/dismissal")).header("Accept", "application/json");
    assert_eq!(script.send().await.unwrap().status(), 204);
    assert_eq!(unnoticed(&ann).await, [one], "it was put away");
    let form = ann.posts(&format!("/posts/{one}/dismissal"), &[]).await;
    assert_eq!((form.status, form.location()), (303, "/"));
    assert_eq!(ann.posts(&format!("/posts/{one}/dismissal"), &[]).await.status, 303, "and again");
    assert_eq!(ann.posts(&format!("/posts/{quiet}/dismissal"), &[]).await.status, 303);
    assert_eq!(unnoticed(&ann).await, [] as [i64; 0]);
    let four = boss.publishes(Draft::alert("critical", "Four")).await;
    let elsewhere = app.signs_in("ann").await;
    assert_eq!(unnoticed(&elsewhere).await, [four], "what was done in one browser is so in the other");
    assert_eq!(ann.gets(&format!("/?before={}", four + 1)).await.status, 200);
    assert_eq!(unnoticed(&ann).await, [four], "older posts are not the feed");
    ann.reads_feed().await;
    assert_eq!(unnoticed(&elsewhere).await, [] as [i64; 0], "the feed has it");
    assert_eq!(unnoticed(&boss).await, [four, three, two], "to each their own, three at a time");
}

#[tokio::test]
async fn an_alert_alarms_nobody_whom_it_is_not_for_and_not_for_ever() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    let post = boss.publishes(Draft::alert("critical", "For Ann").to(&["ann"])).await;
    let old = boss.publishes(Draft::alert("critical", "Of last week")).await;
    app.sql(&format!("UPDATE posts SET published_ms = published_ms - 604800000 WHERE id = {old}")).await;

    assert_eq!(unnoticed(&ann).await, [post]);
    assert_eq!(unnoticed(&bea).await, [] as [i64; 0]);
    assert!(!bea.gets("/alerts").await.text.contains("For Ann"));
    assert_eq!(bea.posts(&format!("/posts/{post}/dismissal"), &[]).await.status, 404);
    assert_eq!(unnoticed(&ann).await, [post], "nobody puts it away for her");
    boss.publishes(Draft::alert("critical", "Before she came")).await;
    app.sql("UPDATE posts SET published_ms = published_ms - 60000").await;
    let newcomer = app.member("carl").await;
    assert_eq!(unnoticed(&newcomer).await, [] as [i64; 0]);
    assert_eq!(app.visitor().gets("/alerts").await.json(), serde_json::json!({ "user": null, "alerts": [] }));
    let forged = bea.bare_request(Method::POST, "/posts/1/dismissal").header("Sec-Fetch-Site", "cross-site");
    assert_eq!(forged.send().await.unwrap().status(), 403);
}

#[tokio::test]
async fn many_alerts_for_others_neither_hide_ones_own_nor_cost_anything() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let mut own = vec![boss.publishes(Draft::alert("critical", "For Ann").to(&["ann"])).await];
    let mut others = Vec::new();
    for number in 0..45 {
        others
            .push(boss.publishes(Draft::alert("critical", &format!("For Ben {number}")).to(&["ben"])).await);
    }
    let before = app.logged_since(0).await.len();

    assert_eq!(unnoticed(&ann).await, own);

    let logs = app.logged_since(before).await;
    let is_of_posts = |line: &&str| line.contains(r#"\"audiences\""#) || line.contains(r#"FROM \"posts\""#);
    let asked = logs.lines().filter(is_of_posts).count();
    assert!((1..=8).contains(&asked), "{asked}: {logs}");
    others.reverse();
    assert_eq!(unnoticed(&ben).await, others[..3]);
    own.insert(0, boss.publishes(Draft::alert("critical", "For all")).await);
    assert_eq!(unnoticed(&ann).await, own);
    // What is put away makes room for what stands below it, however far.
    for post in &others {
        assert_eq!(ben.posts(&format!("/posts/{post}/dismissal"), &[]).await.status, 303);
    }
    assert_eq!(unnoticed(&ben).await, own[..1]);
}
