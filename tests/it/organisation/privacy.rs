//! What authors see of who has read their posts, as the organisation has chosen it: on the page, in the table, in the record
//! and through the API alike.

use serde_json::{Value, json};

use crate::{
    posts::acknowledging::asks,
    support::{Draft, Page, Person, Program, Stream, TestApp, has_people},
};

async fn roster(boss: &Person, post: i64) -> Page {
    boss.gets(&format!("/admin/posts/{post}/roster")).await
}

async fn chooses(boss: &Person, receipts: &str) -> i64 {
    let saved = boss.posts_and_sees("/admin/organisation", &[("receipts", receipts)]).await;
    assert!(saved.has_ticked("receipts", receipts), "{}", saved.text);
    boss.reads_feed().await.posts[0]
}

#[tokio::test]
async fn names_are_told_of_what_is_published_after_everybody_was_told() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 12).await;
    let boss = app.signs_in("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let program = Program::of(&app, "boss", "publish,stream").await;
    let news = json!({ "kind": "news", "title": "A", "audience": { "people": ["Ann", "Ben"] } });
    let older = boss.publishes(Draft::news("Older")).await;
    let older_asks = boss.publishes(asks("Older")).await;
    ann.marks(older, true).await;
    ann.marks(older_asks, true).await;

    let told = chooses(&boss, "names").await;

    let feed = ben.reads_feed().await;
    assert!(feed.row(told).contains("From now on, authors see by name who has read their posts"), "{feed:?}");
    let newer = boss.publishes(Draft::news("Newer").to(&["Ann", "Ben"])).await;
    let by_program = program.sends(&news).await.json()["id"].as_i64().unwrap();
    ann.marks(newer, true).await;
    ann.marks(by_program, true).await;
    let page = ann.gets(&format!("/posts/{newer}")).await.text;
    assert!(page.contains("<bdi>boss</bdi> sees by name who has read this."), "{page}");
    let page = roster(&boss, newer).await.text;
    let (anns, bens) = page.split_once("<bdi>Ben</bdi></th>").unwrap();
    assert!(anns.contains("Has read it</span>") && bens.contains("Not on an open page yet"), "{page}");
    assert!(page.contains("data-number=\"read\">1 person"), "{page}");
    let table = boss.gets(&format!("/admin/posts/{newer}/roster.csv")).await.text;
    assert!(
        table.contains("\"sent\",\"read\"")
            && table.contains(&format!("\"Ann\",{}\"no\",\"yes\"", "\"\",".repeat(10))),
        "{table}"
    );
    let record = boss.gets(&format!("/admin/posts/{newer}/record.json")).await.json();
    assert_eq!((&record["people"][0]["name"], &record["people"][0]["read"]), (&json!("Ann"), &json!(true)));
    let read = program.gets(&format!("/api/v1/posts/{by_program}/roster")).await.json();
    assert_eq!((&read["read"], &read["people"][0]["read"]), (&json!(1), &json!(true)), "{read}");
    // Of what was published before, nobody sees it.
    for post in [older, older_asks] {
        let page = roster(&boss, post).await.text;
        assert!(!page.contains("roster-seen") && page.contains("data-number=\"read\">1 person"), "{page}");
    }
    assert_eq!(boss.gets(&format!("/admin/posts/{older}/roster.csv")).await.status, 404);
    let table = boss.gets(&format!("/admin/posts/{older_asks}/roster.csv")).await.text;
    assert!(!table.contains("\"read\""), "{table}");

    chooses(&boss, "numbers").await;

    let page = roster(&boss, newer).await.text;
    assert!(!page.contains("<table") && page.contains("fewer than ten"), "{page}");
    let page = ann.gets(&format!("/posts/{newer}")).await.text;
    assert!(!page.contains("sees by name who has read"), "{page}");
    assert!(page.contains("<bdi>boss</bdi> sees how many have read this, if it is for ten people"), "{page}");
    assert!(!boss.gets(&format!("/posts/{newer}")).await.text.contains("sees how many have read"));
    chooses(&boss, "names").await;
    assert!(
        !roster(&boss, newer).await.text.contains("<table"),
        "what is older now is named to nobody again"
    );
}

#[tokio::test]
async fn where_nothing_is_told_there_are_no_numbers_either() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 12).await;
    let boss = app.signs_in("boss").await;
    let ann = app.member("Ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let alert = json!({ "kind": "alert", "severity": "info", "title": "A", "audience": "everyone", "acknowledge": true });
    let post = program.sends(&alert).await.json()["id"].as_i64().unwrap();
    ann.has_seen(post, "one").await;

    chooses(&boss, "nothing").await;

    let page = roster(&boss, post).await.text;
    assert!(!ann.gets(&format!("/posts/{post}")).await.text.contains("have read this"));
    assert!(page.contains("Not shown here") && !page.contains("data-number=\"sent\""), "{page}");
    assert!(page.contains("data-number=\"acknowledged\">1 person"), "what was said is told: {page}");
    let read = program.gets(&format!("/api/v1/posts/{post}/roster")).await.json();
    assert_eq!(
        (&read["read"], &read["sent"], &read["acknowledged"]),
        (&Value::Null, &Value::Null, &json!(1))
    );
    assert_eq!((&read["people"][0]["read"], &read["people"][0]["name"]), (&Value::Null, &json!("Ann")));
    let record = boss.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    assert_eq!(record["numbers"]["read"], Value::Null);
}

#[tokio::test]
async fn a_change_is_in_the_audit_log_and_told_once() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    pat.posts("/account/preferences", &[("language", "de")]).await;

    assert_eq!(boss.posts("/admin/organisation", &[("receipts", "some")]).await.status, 422);
    assert_eq!(boss.posts("/admin/organisation", &[("receipts", "numbers")]).await.status, 303, "as it was");
    assert!(boss.reads_feed().await.posts.is_empty());
    chooses(&boss, "names").await;
    assert_eq!(boss.posts("/admin/organisation", &[("receipts", "names")]).await.status, 303);

    assert_eq!(pat.reads_feed().await.posts.len(), 1);
    let audit = boss.gets("/admin/audit?act=organisation-change").await.text;
    assert_eq!(audit.matches("authors see by name").count(), 1, "{audit}");
    assert_eq!(pat.posts("/admin/organisation", &[("receipts", "nothing")]).await.status, 403);
}

#[tokio::test]
async fn who_has_read_a_post_is_kept_for_ninety_days_unless_the_operator_says_otherwise() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 12).await;
    let boss = app.signs_in("boss").await;
    let ann = app.member("Ann").await;
    let (old, young) = (boss.publishes(asks("Old")).await, boss.publishes(asks("Young")).await);
    ann.marks(old, true).await;
    ann.has_seen(old, "one").await;
    let days = |days: i64| jiff::Timestamp::now().as_millisecond() - days * 24 * 3_600_000;
    app.sql(&format!("UPDATE posts SET published_ms = {} WHERE id = {old}", days(40))).await;
    app.sql(&format!(
        "INSERT INTO deliveries (number, user_id, at_ms) SELECT number, 2, {} FROM posts",
        days(40)
    ))
    .await;
    assert!(roster(&boss, old).await.text.contains("data-number=\"read\">1 person"));
    app.sql("UPDATE retention SET kept_ms = 40000000000, through_ms = 0").await;

    app.stop().await;
    app.restart_with(&["--keep-receipts", "30d"]).await;

    let boss = app.signs_in("boss").await;
    let is_gone = async || {
        roster(&boss, old).await.text.contains("Who has read this is not shown any longer.").then_some(())
    };
    crate::support::eventually("it is forgotten", is_gone).await;
    let page = roster(&boss, old).await.text;
    assert!(page.contains("data-number=\"acknowledged\">1 person"), "what was said stays: {page}");
    assert!(!page.contains("data-number=\"sent\""), "{page}");
    assert!(roster(&boss, young).await.text.contains("data-number=\"sent\">0 people"));
    let left = app.asks_database("SELECT COUNT(*) FROM deliveries").await;
    assert_eq!(left.try_get_by_index::<i64>(0).unwrap(), 0);
}

/// The next frame of a roster that is watched, in which something is so.
async fn told(stream: &mut Stream, is_so: impl Fn(&Value) -> bool) -> Value {
    loop {
        let event = stream.next_event().await.expect("the stream goes on");
        if event.name == "roster" && is_so(&event.data) {
            return event.data;
        }
    }
}

#[tokio::test]
async fn an_open_roster_follows_who_has_read_it_where_that_is_told_by_name() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    chooses(&boss, "names").await;
    let post = boss.publishes(Draft::news("Newer").to(&["Ann", "Ben"])).await;
    let page = roster(&boss, post).await.text;
    assert!(page.contains("read-words=\"Has read it\""), "{page}");
    let mut open = boss.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    open.says_hello().await;
    assert_eq!(told(&mut open, |_| true).await["read"], 0);

    ann.marks(post, true).await;
    let by_ann = told(&mut open, |told| told["read"] == 1).await;
    let who = |told: &Value| {
        let people = told["people"].as_array().unwrap().iter();
        people.map(|one| (one["name"].as_str().unwrap().to_owned(), one["read"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(who(&by_ann), [("Ann".to_owned(), json!(true))]);
    let feed = ben.gets("/").await;
    ben.marks_all(&feed).await;
    let by_ben = told(&mut open, |told| told["read"] == 2).await;
    assert_eq!(who(&by_ben), [("Ben".to_owned(), json!(true))], "with all others");
    let other = boss.publishes(Draft::news("Another").to(&["Ann"])).await;
    ann.marks(other, true).await;
    ann.marks(post, false).await;
    let again = told(&mut open, |told| told["read"] == 1).await;
    assert_eq!(who(&again), [("Ann".to_owned(), json!(false))], "what she does elsewhere is not told here");
}

#[tokio::test]
async fn an_open_roster_tells_nothing_of_reading_where_nothing_is_told() {
    let mut app = TestApp::start().await;
    app.admin("boss").await;
    has_people(&mut app, 12).await;
    let boss = app.signs_in("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    chooses(&boss, "nothing").await;
    let post = boss.publishes(asks("Leave building C")).await;
    let of_news = boss.publishes(Draft::news("Bicycles")).await;
    let mut open = boss.streams_from(&format!("/stream?watch=roster:{post},roster:{of_news}"), &[]).await;
    open.says_hello().await;
    for _ in 0..2 {
        let first = open.next("roster").await.data;
        assert_eq!((&first["sent"], &first["read"]), (&Value::Null, &Value::Null), "{first}");
    }

    ann.marks(of_news, true).await;
    ben.marks(post, true).await;
    ben.has_seen(post, "one").await;

    let next = open.next("roster").await.data;
    assert_eq!((&next["post"], &next["acknowledged"]), (&json!(post), &json!(1)), "of reading, nothing came");
    assert_eq!((&next["sent"], &next["read"]), (&Value::Null, &Value::Null), "{next}");
    let people = next["people"].as_array().unwrap();
    assert!(people.len() == 1 && people[0]["name"] == "Ben" && people[0].get("read").is_none(), "{next}");
}
