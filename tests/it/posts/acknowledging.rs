//! What a post asks of its readers: that they say that they have seen it. Who says so, who takes it back, and what else
//! they may do that is not that.

use serde_json::{Value, json};

use crate::support::{Draft, Event, Person, Program, Stream, TestApp};

/// A critical alert for everyone that is to be acknowledged.
pub fn asks(title: &str) -> Draft {
    Draft::alert("critical", title).with("acknowledge", "on")
}

impl Person {
    /// Says, as a script does, that they have seen a post.
    pub async fn has_seen(&self, post: i64, key: &str) -> u16 {
        self.acts(&format!("/posts/{post}/acknowledgement"), &[("key", key)]).await.status
    }

    /// Takes that back.
    pub async fn takes_back(&self, post: i64, key: &str) -> u16 {
        self.acts(&format!("/posts/{post}/acknowledgement/removal"), &[("key", key)]).await.status
    }

    /// Whether the feed says that they have seen a post.
    async fn is_shown_as_seen(&self, post: i64) -> bool {
        let feed = self.reads_feed().await;
        assert!(feed.row(post).contains("class=\"acknowledgement\""), "{}", feed.row(post));
        feed.row(post).split('>').next().unwrap().contains(" data-acknowledged=\"")
    }
}

impl Stream {
    /// The next receipts that say of this post whether it is acknowledged.
    async fn says_acknowledged(&mut self, post: i64, is_so: bool) -> Event {
        loop {
            let event = self.next("receipts").await;
            let told = &event.data["posts"][post.to_string()]["acknowledged"];
            if !told.is_null() && told.is_string() == is_so {
                return event;
            }
        }
    }
}

/// What is written down of a post, in its order.
pub async fn acts(app: &TestApp, post: i64) -> Vec<String> {
    let list = match app.database().starts_with("postgres") {
        true => "string_agg(act, ' ' ORDER BY id)",
        false => "group_concat(act, ' ')",
    };
    let question =
        format!("SELECT {list} FROM (SELECT * FROM post_acts WHERE post_id = {post} ORDER BY id) AS acts");
    let row = app.asks_database(&question).await;
    let acts: Option<String> = row.try_get_by_index(0).unwrap();
    acts.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
}

#[tokio::test]
async fn one_click_says_that_a_post_was_seen_and_one_more_takes_it_back() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(asks("Leave building C")).await;
    let feed = ann.reads_feed().await;
    assert!(feed.row(post).contains("Please say that you have seen this."), "{}", feed.row(post));
    assert!(feed.row(post).contains("<bdi>boss</bdi> sees by name who did."), "{}", feed.row(post));
    let own = boss.reads_feed().await;
    assert!(own.row(post).contains(&format!("/admin/posts/{post}/roster")), "{}", own.row(post));

    let answer = ann.posts(&format!("/posts/{post}/acknowledgement"), &[]).await;

    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert!(ann.is_shown_as_seen(post).await);
    let page = ann.gets(&format!("/posts/{post}")).await;
    assert!(page.text.contains("You have seen this, <time") && page.text.contains("Take back"));
    assert!(ann.reads_unread().await.is_empty(), "who says so has read it");

    let answer = ann.posts(&format!("/posts/{post}/acknowledgement/removal"), &[]).await;
    assert_eq!((answer.status, answer.location()), (303, "/"));
    assert!(!ann.is_shown_as_seen(post).await);
    assert_eq!(ann.takes_back(post, "").await, 204, "it is back already");
    assert_eq!(acts(&app, post).await, ["acknowledged", "taken-back"]);
}

#[tokio::test]
async fn reading_marking_and_putting_back_is_not_acknowledging() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(asks("Leave building C")).await;

    ann.marks(post, true).await;
    ann.opens(post, &[("Sec-Fetch-Dest", "document")]).await;
    ann.marks_all(&ann.gets("/").await).await;
    assert!(!ann.is_shown_as_seen(post).await);

    assert_eq!(ann.has_seen(post, "k1").await, 204);
    ann.marks(post, false).await;
    assert!(ann.is_shown_as_seen(post).await, "put back to be read later, it was seen all the same");
    ann.marks_all(&ann.gets("/").await).await;
    assert!(ann.is_shown_as_seen(post).await);
}

#[tokio::test]
async fn what_comes_again_with_its_key_is_done_once() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let post = boss.publishes(asks("Leave building C")).await;

    assert_eq!(ann.has_seen(post, "one").await, 204);
    assert_eq!(ann.has_seen(post, "one").await, 204);
    assert_eq!(ben.has_seen(post, "one").await, 204, "keys are each person's own");
    assert_eq!(ann.takes_back(post, "two").await, 204);
    // It was on its way for long, and comes late.
    assert_eq!(ann.has_seen(post, "one").await, 204);

    assert!(!ann.is_shown_as_seen(post).await);
    assert!(ben.is_shown_as_seen(post).await);
    assert_eq!(acts(&app, post).await, ["acknowledged", "acknowledged", "taken-back"]);
}

#[tokio::test]
async fn it_is_taken_back_for_five_minutes_and_no_longer() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(asks("Leave building C")).await;
    ann.has_seen(post, "one").await;
    app.sql(&format!(
        "UPDATE receipts SET acknowledged_ms = acknowledged_ms - 306000 WHERE post_id = {post}"
    ))
    .await;

    assert_eq!(ann.takes_back(post, "two").await, 409);
    let said = ann.posts_and_sees(&format!("/posts/{post}/acknowledgement/removal"), &[]).await;

    assert!(said.text.contains("for five minutes only"), "{}", said.text);
    assert!(!said.text.contains("data-may-take-back"), "{}", said.text);
    assert!(ann.is_shown_as_seen(post).await);
}

#[tokio::test]
async fn every_device_is_told_within_a_second() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(asks("Leave building C")).await;
    let mut other = ann.opens_stream().await;
    other.says_acknowledged(post, false).await;

    ann.has_seen(post, "one").await;
    let told = other.says_acknowledged(post, true).await;
    assert_eq!(told.data["posts"][post.to_string()]["read"], true);
    let mut fresh = ann.opens_stream().await;
    fresh.says_acknowledged(post, true).await;
    ann.takes_back(post, "two").await;
    other.says_acknowledged(post, false).await;
}

#[tokio::test]
async fn nobody_says_it_of_what_does_not_ask_or_is_not_theirs() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let plain = boss.publishes(Draft::alert("critical", "Does not ask")).await;
    let for_ann = boss.publishes(asks("For Ann").to(&["ann"])).await;
    let for_all = boss.publishes(asks("For all")).await;
    let late = app.member("late").await;

    assert!(!ann.reads_feed().await.row(plain).contains("acknowledgement"));
    assert_eq!(ann.has_seen(plain, "").await, 404);
    assert_eq!((ben.has_seen(for_ann, "").await, ann.has_seen(for_ann, "").await), (404, 204));
    assert_eq!(boss.has_seen(for_all, "").await, 404, "its author is not asked");
    assert_eq!(late.has_seen(for_all, "").await, 404, "nor who came later");
    assert!(!late.reads_feed().await.row(for_all).contains("class=\"acknowledgement\""));
    assert_eq!(ben.has_seen(for_all, "").await, 204);
}

#[tokio::test]
async fn an_alert_that_is_over_stops_asking() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("ann").await, app.member("ben").await);
    let post = boss.publishes(asks("Leave building C")).await;
    ann.has_seen(post, "one").await;

    assert_eq!(boss.posts(&format!("/admin/posts/{post}/resolution"), &[]).await.status, 303);

    assert!(ann.reads_feed().await.row(post).contains("You have seen this, <time"));
    assert!(!ben.reads_feed().await.row(post).contains("class=\"acknowledgement\""));
}

#[tokio::test]
async fn by_when_is_said_in_a_zone_and_lies_ahead() {
    let app = TestApp::start_with(&["--time-zone", "Europe/Vienna"]).await;
    let boss = app.admin("boss").await;
    let form = boss.gets("/admin/posts/new").await;
    assert_eq!(form.field("zone"), "Europe/Vienna");
    assert!(form.text.contains("Readers are not asked"), "{}", form.text);

    let post = boss.publishes(asks("A").with("due", "2999-12-24T08:00").with("zone", "Asia/Tokyo")).await;
    let feed = boss.reads_feed().await;
    assert!(feed.row(post).contains("datetime=\"2999-12-23T23:00:00Z\""), "{}", feed.row(post));

    for (due, zone) in [("2020-01-01T08:00", "UTC"), ("soon", "UTC"), ("2999-12-24T08:00", "Mars/Olympus")] {
        let refused = boss.sends(&asks("B").with("due", due).with("zone", zone)).await;
        assert_eq!(refused.status, 422, "{due} {zone}");
        assert!(refused.text.contains("href=\"#due\"") && refused.text.contains("id=\"due-problem\""));
        assert!(refused.has_ticked("acknowledge", "on"), "what was typed is kept");
        assert_eq!(refused.field("due"), due);
    }
    let unasked = boss.sends(&Draft::news("C").with("due", "soon")).await;
    assert_eq!(unasked.status, 303, "nobody is asked, so nobody has to by then");
    let preview =
        boss.posts("/admin/posts/draft", &[&asks("D").fields()[..], &[("then", "preview")]].concat()).await;
    assert!(preview.text.contains("type=\"button\""), "what a preview asks is not sent: {}", preview.text);
}

#[tokio::test]
async fn a_program_asks_and_reads_what_it_asked() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = json!({ "kind": "alert", "severity": "warning", "title": "A", "audience": "everyone",
        "acknowledge": true, "due": "2999-12-24T08:00", "zone": "Europe/Vienna" });

    let made = program.sends(&post).await;

    let id = made.json()["id"].as_i64().unwrap();
    let read = program.gets(&format!("/api/v1/posts/{id}")).await.json();
    assert_eq!((&read["acknowledge"], &read["due"]), (&json!(true), &json!("2999-12-24T07:00:00Z")));
    assert_eq!(ann.has_seen(id, "").await, 204);
    let mut past = post.clone();
    past["due"] = json!("2020-01-01T00:00");
    let refused = program.sends(&past).await;
    assert_eq!((refused.status, refused.json()["errors"]["due"].is_string()), (422, true));
    let plain = program.publishes("Plain").await;
    let plain = program.gets(&format!("/api/v1/posts/{plain}")).await.json();
    assert_eq!((&plain["acknowledge"], &plain["due"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn many_who_say_so_at_once_are_all_heard() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let mut people = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        people.push(app.member(name).await);
    }
    let post = boss.publishes(asks("Leave building C")).await;

    let said = people.iter().map(|person| async { person.has_seen(post, "same").await });
    let said = futures_util::future::join_all(said).await;

    assert!(said.iter().all(|status| *status == 204), "{said:?}");
    assert_eq!(acts(&app, post).await.len(), 6);
}
