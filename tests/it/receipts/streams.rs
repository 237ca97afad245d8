//! What other devices, and programs, are told of what somebody has read.

use reqwest::Method;
use serde_json::json;

use crate::support::{Draft, Program, Stream, TestApp};

#[tokio::test]
async fn every_device_is_told_at_its_opening_and_of_every_change() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("One")).await;
    let (mut telephone, mut laptop) = (ann.opens_stream().await, ann.opens_stream().await);
    let mut other = app.member("ben").await.opens_stream().await;
    for stream in [&mut telephone, &mut laptop] {
        let first = stream.says_unread(1).await.data;
        assert_eq!(
            (&first["all"], &first["posts"]),
            (
                &json!(true),
                &json!({ post.to_string(): { "read": false, "acknowledged": false, "answer": null, "snoozed_until": null } })
            )
        );
        assert!(first["through"].as_str().unwrap().contains('-'), "{first}");
    }
    assert_eq!(other.next("receipts").await.data["unread"], 0, "who joined later");

    ann.marks(post, true).await;
    for stream in [&mut telephone, &mut laptop] {
        let told = stream.next("receipts").await.data;
        assert_eq!((&told["all"], &told["unread"]), (&json!(false), &json!(0)), "{told}");
        assert_eq!(
            told["posts"],
            json!({ post.to_string(): { "read": true, "acknowledged": false, "answer": null, "snoozed_until": null } })
        );
    }
    let two = boss.publishes(Draft::news("Two")).await;
    let page = ann.gets("/").await;
    assert_eq!(laptop.next_post().await, two);
    let undo = ann.marks_all(&page).await;
    assert_eq!(laptop.next("receipts").await.data["all"], true, "what is not named is read");
    ann.acts(&format!("{undo}/removal"), &[]).await;
    let told = laptop.says_unread(1).await.data;
    assert_eq!(
        told["posts"],
        json!({ two.to_string(): { "read": false, "acknowledged": false, "answer": null, "snoozed_until": null } }),
        "{told}"
    );
    // Nobody else heard of it.
    let last = boss.publishes(Draft::news("Last")).await;
    assert_eq!(other.next_post().await, two);
    let next = other.next_of_any_kind().await.unwrap();
    assert_eq!((next.name.as_str(), next.post()), ("post", last));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_told_what_its_person_reads_if_it_asks_for_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let posts = [boss.publishes(Draft::news("One")).await, boss.publishes(Draft::news("Two")).await];
    let program = Program::of(&app, "ann", "stream").await;
    let mut plain = program.opens_stream().await;
    let asked = program.request(Method::GET, "/api/v1/stream?watch=receipts");
    let mut watching = Stream::of(asked.send().await.unwrap());
    watching.says_hello().await;

    let whole = watching.next("receipts").await;
    assert_eq!((&whole.data["all"], &whole.data["unread"], whole.id), (&json!(true), &json!(2), None));
    ann.marks(posts[0], true).await;
    let changed = watching.says_unread(1).await;
    assert_eq!(changed.data["posts"][posts[0].to_string()]["read"], true, "{changed:?}");

    // Who did not ask is told nothing of it.
    let last = boss.publishes(Draft::news("Three")).await;
    while let Some(event) = plain.next_of_any_kind().await {
        assert_ne!(event.name, "receipts", "{event:?}");
        if event.name == "post" && event.post() == last {
            break;
        }
    }
    assert_eq!(watching.next_post().await, last);
    // Another device of hers.
    let anns_other = app.signs_in("ann").await;
    anns_other.marks(posts[1], true).await;
    watching.says_unread(1).await;
}

#[tokio::test]
async fn pages_that_come_back_together_ask_once_for_what_is_the_same_for_all() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    let mut people = Vec::new();
    for number in 0..6 {
        people.push(app.member(&format!("person {number}")).await);
    }
    let cursor = people[0].opens_stream().await.cursor;
    let program = Program::of(&app, "boss", "publish").await;
    let first = program.publishes("First").await;
    for number in 1..4 {
        boss.publishes(Draft::news(&format!("News {number}"))).await;
    }
    people[0].marks(first, true).await;
    let again = json!({ "title": "First, and told again", "again": true });
    let edited = program.request(Method::PATCH, &format!("/api/v1/posts/{first}")).json(&again).send().await;
    assert_eq!(edited.unwrap().status(), 200);
    people[1].marks(first, true).await;
    let before = app.logged_since(0).await.len();

    for (number, person) in people.iter().enumerate() {
        let mut stream = person.streams_from(&format!("/stream?after={cursor}"), &[]).await;
        // Who read it before it was told again has not read it.
        let unread = if number == 1 { 3 } else { 4 };
        let told = loop {
            let event = stream.next_of_any_kind().await.unwrap();
            if event.name == "receipts" {
                break event.data;
            }
        };
        assert_eq!((&told["all"], &told["unread"]), (&json!(true), &json!(unread)), "{number}: {told}");
    }

    let logs = app.logged_since(before).await;
    let of = |part: &str| logs.lines().filter(|line| line.contains(part)).count();
    assert_eq!(of(r#"WHERE \"told\" > \"number\""#), 1, "{logs}");
    // A person's receipts are read once, and not looked up again for what they put back or said.
    assert_eq!(
        of(r#"FROM \"receipts\" WHERE \"receipts\".\"user_id\" = ? AND \"receipts\".\"is_unread\""#),
        0,
        "{logs}"
    );
}
