//! What its author has pinned to the top of lists until a time.

use reqwest::Method;
use serde_json::{Value, json};

use super::{
    changes::{alert, asks, edits, publishes},
    expiry::expires,
    withdrawal::withdraws,
};
use crate::support::{Draft, Page, Person, Program, TestApp, eventually, plan, statements};

/// Long from now, as a form says it.
const LATER: &str = "2999-12-24T08:00";

async fn pins(person: &Person, post: i64, until: &str) -> Page {
    person.posts(&format!("/admin/posts/{post}/pin"), &[("until", until), ("zone", "UTC")]).await
}

#[tokio::test]
async fn a_pinned_post_stands_on_top_below_what_is_urgent_until_its_pin_ends() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let pinned = boss.publishes(Draft::news("House rules")).await;
    let news = boss.publishes(Draft::news("Soup")).await;
    let alert = boss.publishes(Draft::alert("warning", "Ice")).await;
    let asking = boss.publishes(Draft::news("Read this").with("acknowledge", "on")).await;
    for post in [pinned, news] {
        ann.marks(post, true).await;
    }
    let program = Program::of(&app, "ann", "stream").await;
    let (mut page, mut stream) = (ann.opens_stream().await, program.opens_stream().await);

    assert!(boss.gets(&format!("/posts/{pinned}")).await.text.contains("/pin\""));
    let asked = boss.gets(&format!("/admin/posts/{pinned}/pin")).await;
    assert!(asked.text.contains("House rules") && asked.field("zone") == "UTC", "{}", asked.text);
    let shown = boss.posts_and_sees(&format!("/admin/posts/{pinned}/pin"), &[("until", LATER)]).await;
    assert!(shown.text.contains("On top until <time datetime=\"2999-12-24T08:00:00Z\""), "{}", shown.text);

    let (event, heard) = (page.next("change").await, stream.next("change").await);
    assert_eq!((event.post(), &event.data["change"]), (pinned, &json!("pinned")));
    assert_eq!(
        (&heard.data["change"], &heard.data["pinned"]),
        (&json!("pinned"), &json!("2999-12-24T08:00:00Z"))
    );
    let feed = ann.reads_feed().await;
    assert_eq!(feed.posts, [asking, alert, pinned, news], "below what asks and what is urgent");
    assert!(
        feed.row(pinned).contains(" data-on-top=\"pin\" data-pinned") && feed.row(pinned).contains("Pinned")
    );
    assert!(event.data["html"].as_str().unwrap().contains(&feed.common_row(pinned)));
    assert_eq!(ann.session().await["unread"], 2, "it is as read as it was");
    assert_eq!(ann.reads_unread().await, [asking, alert], "what is not read alone");
    assert!(
        !ann.gets("/?q=rules").await.text.contains("data-on-top"),
        "a search has everything in its place"
    );
    assert_eq!(boss.reads_feed().await.posts, [pinned, asking, alert, news]);

    let unpinned = boss.posts_and_sees(&format!("/admin/posts/{pinned}/pin/removal"), &[]).await;
    assert!(unpinned.text.contains("It stands in its place again."), "{}", unpinned.text);
    assert_eq!(page.next("change").await.data["change"], "unpinned");
    assert_eq!(ann.reads_feed().await.posts, [asking, alert, news, pinned]);

    // And when its time is over, by whichever node.
    assert_eq!(pins(&boss, pinned, LATER).await.status, 303);
    assert_eq!(page.next("change").await.data["change"], "pinned");
    app.sql("UPDATE posts SET pinned_until_ms = 1 WHERE pinned_until_ms IS NOT NULL").await;
    assert_eq!(page.next("change").await.data["change"], "unpinned");
    assert_eq!(ann.reads_feed().await.posts, [asking, alert, news, pinned]);
    for (act, times) in [("post-pin", 2), ("post-unpin", 2)] {
        let log = boss.gets(&format!("/admin/audit?act={act}")).await.text;
        assert_eq!(log.matches(&format!("href=\"/posts/{pinned}\"")).count(), times, "{log}");
    }
}

#[tokio::test]
async fn only_so_many_are_on_top_and_the_others_are_in_their_places_once_each() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let mut posts = Vec::new();
    for number in 0..40 {
        let draft = Draft::news("News");
        posts.push(boss.publishes(if number < 7 { draft.with("pinned", LATER) } else { draft }).await);
    }

    let whole = ann.reads_whole_feed().await;

    let newest: Vec<_> = posts[2..7].iter().rev().copied().collect();
    assert_eq!(whole[..5], newest);
    let mut sorted = whole.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, posts);
    ann.posts(&format!("/posts/{}/snooze", posts[6]), &[("until", "tomorrow")]).await;
    assert_eq!(ann.reads_feed().await.posts[..5], [posts[5], posts[4], posts[3], posts[2], posts[1]]);
}

#[tokio::test]
async fn who_may_edit_pins_with_a_time_that_is_to_come() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.publisher("ann").await;
    let post = ann.publishes(Draft::news("Mine").with("pinned", LATER)).await;
    let refused = ann.sends(&Draft::news("No").with("pinned", "2020-01-01T08:00")).await;
    assert!(refused.status == 422 && refused.text.contains("href=\"#pinned\""), "{}", refused.text);

    for path in [format!("/admin/posts/{post}/pin"), format!("/admin/posts/{post}/pin/removal")] {
        assert_eq!(boss.posts(&path, &[("until", LATER)]).await.status, 404);
    }
    for until in ["2020-01-01T08:00", "soon", ""] {
        let refused = pins(&ann, post, until).await;
        assert!(refused.status == 422 && refused.field("until") == until, "{}", refused.text);
        assert!(refused.text.contains("id=\"until-problem\""));
    }
    let asks_json = |path: String, until: &'static str| {
        ann.request(Method::POST, &path).header("Accept", "application/json").form(&[("until", until)]).send()
    };
    let answer = Page::read(asks_json(format!("/admin/posts/{post}/pin"), "soon").await.unwrap()).await;
    assert_eq!((answer.status, answer.json()["problems"].get("until").is_some()), (422, true));
    for (path, until) in [("pin", LATER), ("pin/removal", "")] {
        let answer = asks_json(format!("/admin/posts/{post}/{path}"), until).await.unwrap();
        assert_eq!(answer.status(), 204, "{path}");
    }
    // In the form of an edit, too.
    let form = ann.gets(&format!("/admin/posts/{post}/edit")).await;
    assert_eq!(form.field("pinned"), "");
    let version = form.field("version");
    let fields = [("kind", "news"), ("title", "Mine"), ("version", &*version), ("pinned", LATER)];
    assert_eq!(ann.posts(&format!("/admin/posts/{post}"), &fields).await.status, 303);
    assert_eq!(ann.gets(&format!("/admin/posts/{post}/edit")).await.field("pinned"), LATER);
    assert!(!ann.gets(&format!("/posts/{post}")).await.text.contains(", edited <time"));
}

#[tokio::test]
async fn a_program_pins_what_it_published_and_what_is_gone_is_not_pinned() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let other = Program::of(&app, "boss", "publish,stream").await;
    let mut new = alert("info", "Pump");
    new["pinned"] = json!(LATER);
    let post = publishes(&program, &new).await;
    let pin = format!("/api/v1/posts/{post}/pin");
    assert_eq!(program.gets(&format!("/api/v1/posts/{post}")).await.json()["pinned"], "2999-12-24T08:00:00Z");

    let removed = asks(&program, Method::DELETE, &pin, json!({})).await.json();
    assert_eq!((&removed["pinned"], &removed["version"]), (&Value::Null, &json!(2)));
    assert_eq!(
        asks(&program, Method::DELETE, &pin, json!({})).await.json()["version"],
        2,
        "it was so already"
    );
    let until = json!({ "until": "2999-07-01T08:00", "zone": "Europe/Vienna" });
    let pinned = asks(&program, Method::PUT, &pin, until.clone()).await.json();
    assert_eq!(pinned["pinned"], "2999-07-01T06:00:00Z");
    assert_eq!(
        asks(&program, Method::PUT, &pin, until.clone()).await.json(),
        pinned,
        "as often as one likes"
    );
    assert_eq!(asks(&other, Method::PUT, &pin, until.clone()).await.status, 404);
    assert_eq!(
        asks(&program, Method::PUT, &pin, json!({ "until": "soon" })).await.json()["type"],
        "/api#invalid"
    );
    assert_eq!(edits(&program, post, json!({ "pinned": null })).await.json()["pinned"], Value::Null);
    edits(&program, post, json!({ "pinned": LATER })).await;

    expires(&app, post).await;
    assert_eq!(asks(&program, Method::PUT, &pin, until.clone()).await.json()["type"], "/api#expired");
    let gone = program.gets(&format!("/api/v1/posts/{post}")).await.json();
    assert_eq!(gone["pinned"], Value::Null);
    withdraws(&program, post).await;
    assert_eq!(asks(&program, Method::PUT, &pin, until).await.json()["type"], "/api#withdrawn");
}

#[tokio::test]
async fn what_is_pinned_is_found_by_its_indexes() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("One").with("pinned", LATER)).await;
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)";
    app.sql(&format!(
        "INSERT INTO posts (number, author_id, kind, title, body, html, audience, published_ms, pinned_until_ms) \
         {rows} SELECT last_id + 100 + i, author_id, 'news', 'T', '', '', 'everyone', i, \
         CASE WHEN i % 5 = 0 THEN 32000000000000 + i END \
         FROM n, counter, (SELECT min(author_id) AS author_id FROM posts) AS author"
    ))
    .await;
    let before = app.logs().len();
    app.sql("ANALYZE").await;
    boss.reads_feed().await;

    for (words, index) in [
        ("ORDER BY \"posts\".\"number\" DESC", "posts_pinned"),
        ("ORDER BY \"posts\".\"pinned_until_ms\" ASC", "posts_unpinning"),
    ] {
        let asks = async || {
            let asked = statements(&app.logs()[before..]);
            asked.into_iter().find(|sql| sql.contains("pinned_until_ms IS NOT NULL") && sql.contains(words))
        };
        let asked = eventually("it was looked for", asks).await;
        let plan = plan(&app, &asked).await;
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{asked}\n{plan}");
    }
}
