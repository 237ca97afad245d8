//! Taking a post back: it is gone for everybody but its author, wherever it was.

use reqwest::Method;
use serde_json::{Value, json};

use super::changes::{alert, asks, edits, publishes, reopens, resolves};
use crate::support::{Draft, Person, Program, TestApp, makes_group};

/// Where posts are withdrawn.
fn withdrawal(post: i64) -> String {
    format!("/admin/posts/{post}/withdrawal")
}

/// The program takes its post back.
pub async fn withdraws(program: &Program, post: i64) -> Value {
    let path = format!("/api/v1/posts/{post}?reason=By+mistake");
    let answer = asks(program, Method::DELETE, &path, json!({})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// Where somebody would find a post: whether they do, in each of these places.
pub async fn finds(person: &Person, post: i64, word: &str) -> [bool; 5] {
    let address = format!("href=\"/posts/{post}\"");
    // First: who looks at the feed has taken notice of it.
    let alerts = person.gets("/alerts").await.text;
    [
        person.reads_feed().await.posts.contains(&post),
        person.gets(&format!("/posts/{post}")).await.status == 200,
        person.gets(&format!("/?q={word}")).await.text.contains(&address),
        person.gets("/?unread=1").await.text.contains(&address),
        alerts.to_lowercase().contains(word),
    ]
}

#[tokio::test]
async fn a_withdrawn_post_is_gone_from_every_list_page_search_count_and_stream_but_its_authors() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.publisher("ann").await, app.member("bea").await);
    let reads = Program::of(&app, "bea", "stream").await;
    let post = ann.publishes(Draft::alert("critical", "Evacuate")).await;
    let news = ann.publishes(Draft::news("Bicycles")).await;
    assert_eq!(finds(&bea, post, "evacuate").await, [true; 5]);
    assert_eq!(bea.session().await["unread"], 2);
    let (mut page, mut stream) = (bea.opens_stream().await, reads.opens_stream().await);
    let mut own = ann.opens_stream().await;

    let asked = ann.gets(&withdrawal(post)).await;
    assert!(asked.text.contains("Evacuate") && asked.text.contains("name=\"reason\""), "{}", asked.text);
    let shown = ann.posts_and_sees(&withdrawal(post), &[("reason", "The <wrong> building")]).await;

    for event in [page.next("change").await, stream.next("change").await] {
        let mut said: Vec<_> = event.data.as_object().unwrap().keys().cloned().collect();
        said.sort_unstable();
        assert_eq!(said, ["change", "event", "number", "post", "version"], "nothing that it says");
        assert_eq!((event.post(), &event.data["change"]), (post, &json!("withdrawn")));
    }
    assert_eq!(finds(&bea, post, "evacuate").await, [false; 5]);
    assert_eq!(bea.session().await["unread"], 1);
    assert_eq!(reads.gets(&format!("/api/v1/posts/{post}")).await.status, 404);
    assert_eq!(bea.reads_feed().await.posts, [news]);

    let event = own.next("change").await;
    assert_eq!(event.data["withdrawal"]["reason"], "The <wrong> building");
    let feed = ann.reads_feed().await;
    assert!(event.data["html"].as_str().unwrap().contains(&feed.common_row(post)), "{event:?}");
    for text in [&shown.text, feed.row(post)] {
        assert!(
            text.contains("Withdrawn at <time") && text.contains("The &#60;wrong&#62; building"),
            "{text}"
        );
        assert!(!text.contains("alert critical"), "{text}");
    }
    assert!(
        !shown.text.contains("It is over</button>") && !shown.text.contains("/withdrawal\""),
        "{}",
        shown.text
    );
    assert_eq!(finds(&ann, post, "evacuate").await, [true, true, true, false, false]);
    assert!(!finds(&boss, post, "evacuate").await.contains(&true));
    assert!(boss.gets("/admin/audit?act=post-withdraw").await.text.contains("The &#60;wrong&#62; building"));
}

#[tokio::test]
async fn what_is_withdrawn_stays_as_it_is() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = publishes(&program, &alert("warning", "Pump")).await;

    let withdrawn = withdraws(&program, post).await;

    assert_eq!(
        (&withdrawn["version"], &withdrawn["withdrawal"]["reason"]),
        (&json!(2), &json!("By mistake"))
    );
    assert_eq!(withdraws(&program, post).await, withdrawn);
    for answer in [
        edits(&program, post, json!({ "title": "New" })).await,
        resolves(&program, post, "").await,
        reopens(&program, post).await,
    ] {
        assert_eq!((answer.status, &answer.json()["type"]), (409, &json!("/api#withdrawn")));
    }
    let boss = app.signs_in("boss").await;
    for path in [format!("/admin/posts/{post}/resolution"), format!("/admin/posts/{post}/resolution/removal")]
    {
        assert!(boss.posts(&path, &[]).await.location().ends_with("?done=withdrawn-meanwhile"), "{path}");
    }
    assert_eq!(boss.gets(&withdrawal(post)).await.location(), format!("/posts/{post}"));
    assert_eq!(boss.posts(&withdrawal(post), &[]).await.status, 303);
}

#[tokio::test]
async fn only_its_author_and_the_token_that_published_it_withdraw_a_post() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.publisher("ann").await, app.publisher("bea").await);
    let other = Program::of(&app, "ann", "publish,stream").await;
    let post = ann.publishes(Draft::news("Mine")).await;

    for person in [&boss, &bea] {
        assert_eq!(person.gets(&withdrawal(post)).await.status, 404);
        assert_eq!(person.posts(&withdrawal(post), &[]).await.status, 404);
        assert!(!person.gets(&format!("/posts/{post}")).await.text.contains("/withdrawal\""));
    }
    assert_eq!(asks(&other, Method::DELETE, &format!("/api/v1/posts/{post}"), json!({})).await.status, 404);
    let long = "x".repeat(501);
    let refused = ann.posts(&withdrawal(post), &[("reason", &long)]).await;
    assert!(refused.status == 422 && refused.field("reason") == long, "{}", refused.text);
    assert_eq!(bea.reads_feed().await.posts, [post]);
}

#[tokio::test]
async fn who_missed_a_post_and_its_withdrawal_sees_neither() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    makes_group(&boss, "Crew", &["ann"]).await;
    let before = ann.opens_stream().await.cursor;
    let mut withdrawn = vec![];
    for draft in [
        Draft::news("To all"),
        Draft::news("To her").to(&["ann"]),
        Draft::alert("info", "To hers").with("audience", "groups").and("groups", "Crew"),
    ] {
        withdrawn.push(boss.publishes(draft).await);
    }
    let had_them = ann.opens_stream().await.cursor;
    for post in &withdrawn {
        assert_eq!(boss.posts(&withdrawal(*post), &[]).await.status, 303);
    }
    let mut live = ann.opens_stream().await;
    let last = boss.publishes(Draft::news("Last")).await;
    // Memory has all of it now.
    while live.next_news().await.post() != last {}

    for is_from_table in [false, true] {
        if is_from_table {
            super::super::delivery::changes::forgets(&mut app).await;
        }
        let mut stream = ann.follows(&before).await;
        assert_eq!(stream.next_news().await.post(), last, "from the table: {is_from_table}");
        let mut stream = ann.follows(&had_them).await;
        for post in &withdrawn {
            let event = stream.next_news().await;
            assert_eq!((event.name.as_str(), event.post()), ("change", *post), "{is_from_table}");
            assert_eq!(event.data["change"], "withdrawn");
        }
        assert_eq!(stream.next_news().await.post(), last);
        assert_eq!(ann.reads_feed().await.posts, [last]);
    }
}
