//! Posts that are there until a time: then they are gone for everybody but their authors, who may bring them back.

use serde_json::{Value, json};

use super::{
    changes::{alert, edits, publishes, reopens, resolves},
    withdrawal::{finds, withdraws},
};
use crate::support::{Draft, Person, Program, TestApp, eventually, makes_group, plan, statements};

/// Long from now, as a form says it.
const LATER: &str = "2999-12-24T08:00";

/// Has the post's time be over, and waits until a node has found that.
pub async fn expires(app: &TestApp, post: i64) {
    app.sql(&format!("UPDATE posts SET expires_ms = 60000 WHERE id = {post}")).await;
    has_expired(app, post).await;
}

pub async fn has_expired(app: &TestApp, post: i64) {
    let count = format!("SELECT COUNT(*) FROM posts WHERE id = {post} AND expired_ms IS NOT NULL");
    let is_expired =
        async || (app.asks_database(&count).await.try_get_by_index(0) == Ok(1_i64)).then_some(());
    eventually("it has expired", is_expired).await;
}

/// How often it was written that a post has expired.
pub async fn times_expired(app: &TestApp) -> i64 {
    let events = "SELECT COUNT(*) FROM events WHERE change = 'expired'";
    app.asks_database(events).await.try_get_by_index(0).unwrap()
}

/// What is shown in the form of an edit, saved with another time.
async fn sets_time(person: &Person, post: i64, time: &str) -> crate::support::Page {
    let form = person.gets(&format!("/admin/posts/{post}/edit")).await;
    let (kind, severity) = if form.has_ticked("kind", "news") { ("news", "") } else { ("alert", "critical") };
    let [version, title] = ["version", "title"].map(|name| form.field(name));
    let fields = [
        ("kind", kind),
        ("severity", severity),
        ("title", &*title),
        ("version", &*version),
        ("expires", time),
        ("zone", "UTC"),
    ];
    person.posts(&format!("/admin/posts/{post}"), &fields).await
}

#[tokio::test]
async fn what_has_expired_is_gone_from_every_list_page_search_count_and_stream_but_its_authors() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.publisher("ann").await, app.member("bea").await);
    let reads = Program::of(&app, "bea", "stream").await;
    let post = ann.publishes(Draft::alert("critical", "Evacuate").with("expires", LATER)).await;
    let news = ann.publishes(Draft::news("Bicycles")).await;
    assert_eq!(finds(&bea, post, "evacuate").await, [true; 5]);
    assert_eq!(bea.session().await["unread"], 2);
    let (mut page, mut stream) = (bea.opens_stream().await, reads.opens_stream().await);
    let mut own = ann.opens_stream().await;

    expires(&app, post).await;

    for event in [page.next("change").await, stream.next("change").await] {
        let mut said: Vec<_> = event.data.as_object().unwrap().keys().cloned().collect();
        said.sort_unstable();
        assert_eq!(said, ["change", "event", "number", "post", "version"], "nothing that it says");
        assert_eq!((event.post(), &event.data["change"]), (post, &json!("expired")));
    }
    assert_eq!(finds(&bea, post, "evacuate").await, [false; 5]);
    assert_eq!(bea.session().await["unread"], 1);
    assert_eq!(reads.gets(&format!("/api/v1/posts/{post}")).await.status, 404);
    assert_eq!(bea.reads_feed().await.posts, [news]);
    let event = own.next("change").await;
    assert_eq!(event.data["change"], "expired");
    let feed = ann.reads_feed().await;
    assert!(event.data["html"].as_str().unwrap().contains(&feed.common_row(post)), "{event:?}");
    let shown = ann.gets(&format!("/posts/{post}")).await.text;
    for text in [&shown, feed.row(post)] {
        assert!(text.contains("Expired at <time") && !text.contains("alert critical"), "{text}");
    }
    assert!(!shown.contains("It is over</button>") && shown.contains("/edit\""), "{shown}");
    assert_eq!(finds(&ann, post, "evacuate").await, [true, true, true, false, false]);
    assert!(!finds(&boss, post, "evacuate").await.contains(&true));
    let listed = ann.gets("/admin/posts?state=expired").await.text;
    assert!(listed.contains("Evacuate") && listed.contains("Expired at <time"), "{listed}");
    assert!(!ann.gets("/admin/posts?state=open").await.text.contains("Evacuate"));
    assert!(boss.gets("/admin/audit?act=post-expire").await.text.contains(&format!("post {post}")));
    assert_eq!(times_expired(&app).await, 1);
}

#[tokio::test]
async fn what_was_to_expire_while_no_server_ran_is_on_no_page() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Soup today").with("expires", LATER)).await;
    assert_eq!(ann.reads_feed().await.posts, [post]);

    app.kill().await;
    app.sql("UPDATE posts SET expires_ms = 1").await;
    app.restart().await;

    assert_eq!(app.signs_in("ann").await.reads_feed().await.posts, [] as [i64; 0]);
    assert_eq!(times_expired(&app).await, 1);
}

#[tokio::test]
async fn the_form_takes_a_time_that_is_to_come_and_gives_it_back() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    for (time, why) in [("2020-01-01T08:00", "This time is over."), ("tomorrow", "Enter a day and a time")] {
        let refused = boss.sends(&Draft::news("Soup").with("expires", time)).await;
        assert!(refused.status == 422 && refused.text.contains(why), "{}", refused.text);
        assert!(refused.field("expires") == time && refused.text.contains("href=\"#expires\""));
    }
    let new = boss.gets("/admin/posts/new").await;
    assert!(new.text.contains("<details class=\"lasting\">"), "folded: {}", new.text);

    let summer = Draft::news("Soup").with("expires", "2999-07-01T08:00").with("zone", "Europe/Vienna");
    let post = boss.publishes(summer).await;

    let form = boss.gets(&format!("/admin/posts/{post}/edit")).await;
    assert_eq!((form.field("expires"), form.field("zone")), ("2999-07-01T06:00".into(), "UTC".into()));
    assert!(boss.gets("/admin/posts").await.text.contains("Until <time datetime=\"2999-07-01T06:00:00Z\""));
    // A form of an earlier build, which knows no time, leaves it as it is.
    let fields = [("kind", "news"), ("title", "Broth"), ("version", "1")];
    assert_eq!(boss.posts(&format!("/admin/posts/{post}"), &fields).await.status, 303);
    let form = boss.gets(&format!("/admin/posts/{post}/edit")).await;
    assert_eq!((form.field("expires"), form.field("title")), ("2999-07-01T06:00".into(), "Broth".into()));
    assert_eq!(sets_time(&boss, post, "2020-01-01T08:00").await.status, 422);
    assert_eq!(sets_time(&boss, post, "").await.status, 303);
    assert_eq!(boss.gets(&format!("/admin/posts/{post}/edit")).await.field("expires"), "");
    assert!(boss.gets("/admin/audit?act=post-edit").await.text.contains("expiry"));
    app.sql("UPDATE posts SET published_ms = published_ms - 1").await;
    assert_eq!(boss.reads_feed().await.posts, [post], "it stays");
}

#[tokio::test]
async fn another_time_brings_back_what_has_expired_for_whom_it_was_for() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea, cat) = (app.member("ann").await, app.member("bea").await, app.member("cat").await);
    makes_group(&boss, "Crew", &["bea"]).await;
    let draft = Draft::alert("critical", "Water").to(&["ann", "cat"]).and("groups", "Crew");
    let post = boss.publishes(draft.and("except", "cat").with("expires", LATER)).await;
    // Who is narrowed out before does not get it again.
    let named = |fields: &[(&'static str, &'static str)]| fields.to_vec();
    let narrowed = [
        ("kind", "alert"),
        ("severity", "critical"),
        ("title", "Water"),
        ("version", "1"),
        ("expires", LATER),
        ("zone", "UTC"),
        ("audience", "chosen"),
    ];
    let narrowed =
        [&narrowed[..], &named(&[("recipients", "ann"), ("except", "cat"), ("groups", "Crew")])].concat();
    assert_eq!(boss.posts(&format!("/admin/posts/{post}"), &narrowed).await.status, 303);
    expires(&app, post).await;
    let mut page = ann.opens_stream().await;

    let form = boss.gets(&format!("/admin/posts/{post}/edit")).await;
    assert!(form.text.contains("ann") && form.text.contains("Crew"), "whom it was for: {}", form.text);
    let same = form.field("expires");
    let refused = sets_time(&boss, post, &same).await;
    assert!(refused.status == 422 && refused.text.contains("The post has expired"), "{}", refused.text);
    for path in [format!("/admin/posts/{post}/resolution"), format!("/admin/posts/{post}/resolution/removal")]
    {
        assert!(boss.posts(&path, &[]).await.location().ends_with("?done=expired-meanwhile"), "{path}");
    }
    assert_eq!(ann.reads_feed().await.posts, [] as [i64; 0]);
    assert_eq!(sets_time(&boss, post, LATER).await.status, 303);

    let event = page.next("post").await;
    assert_eq!((event.post(), event.data.get("again")), (post, None));
    for person in [&ann, &bea, &boss] {
        assert_eq!(person.reads_feed().await.posts, [post], "{}", person.name);
    }
    assert_eq!(cat.reads_feed().await.posts, [] as [i64; 0]);
    assert!(boss.gets(&format!("/posts/{post}")).await.text.contains("Crew"));
    assert!(boss.gets("/admin/posts?state=open").await.text.contains("Water"));

    // The second time, and for others at once.
    expires(&app, post).await;
    assert_eq!(bea.reads_feed().await.posts, [] as [i64; 0]);
    let version = boss.gets(&format!("/admin/posts/{post}/edit")).await.field("version");
    let others = [
        ("kind", "news"),
        ("title", "Water"),
        ("version", &version),
        ("expires", ""),
        ("audience", "chosen"),
        ("recipients", "cat"),
    ];
    assert_eq!(boss.posts(&format!("/admin/posts/{post}"), &others).await.status, 303);
    assert_eq!(cat.reads_feed().await.posts, [post]);
    for person in [&ann, &bea] {
        assert_eq!(person.reads_feed().await.posts, [] as [i64; 0], "{}", person.name);
    }
    let shown = boss.gets(&format!("/posts/{post}")).await.text;
    assert!(shown.contains("<bdi>cat</bdi>") && !shown.contains("<bdi>Crew</bdi>"), "{shown}");
    assert_eq!(times_expired(&app).await, 2);
}

#[tokio::test]
async fn a_program_sets_when_its_post_expires_and_takes_back_what_has() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let mut new = alert("warning", "Pump");
    // The clocks pass over this hour, and an hour later than that is meant.
    new["expires"] = json!("2999-03-31T02:30");
    new["zone"] = json!("Europe/Vienna");
    let post = publishes(&program, &new).await;
    let read = async || program.gets(&format!("/api/v1/posts/{post}")).await.json();
    assert_eq!(read().await["expires"], "2999-03-31T01:30:00Z");
    assert_eq!(read().await["expired_at"], Value::Null);

    let edited =
        edits(&program, post, json!({ "expires": "2999-10-27T02:30", "zone": "Europe/Vienna" })).await;
    assert_eq!(edited.json()["expires"], "2999-10-27T00:30:00Z", "the first of the two: {edited:?}");
    assert_eq!(edits(&program, post, json!({ "expires": null })).await.json()["expires"], Value::Null);
    for (wrong, status) in [(json!("2020-01-01T08:00"), 422), (json!("soon"), 422), (json!(5), 400)] {
        let refused = edits(&program, post, json!({ "expires": wrong })).await;
        assert_eq!(refused.status, status, "{refused:?}");
    }
    let mut stream = program.opens_stream().await;
    expires(&app, post).await;

    let event = stream.next("change").await;
    assert_eq!((&event.data["change"], &event.data["title"]), (&json!("expired"), &json!("Pump")));
    assert_eq!(event.data["expired_at"], read().await["expired_at"]);
    for refused in [
        edits(&program, post, json!({ "title": "New" })).await,
        resolves(&program, post, "").await,
        reopens(&program, post).await,
    ] {
        assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("/api#expired")));
    }
    let back = edits(&program, post, json!({ "expires": null, "title": "Pump again" })).await.json();
    assert_eq!((&back["expired_at"], &back["title"]), (&Value::Null, &json!("Pump again")));
    assert_eq!(ann.reads_feed().await.posts, [post]);
    expires(&app, post).await;
    assert_eq!(withdraws(&program, post).await["withdrawal"]["reason"], "By mistake");
    assert_eq!(edits(&program, post, json!({ "expires": null })).await.json()["type"], "/api#withdrawn");
    assert_eq!(ann.reads_feed().await.posts, [] as [i64; 0]);
}

#[tokio::test]
async fn what_is_to_expire_is_found_by_an_index() {
    let app = TestApp::start_after("export RUST_LOG=sqlx=debug", &[]).await;
    let boss = app.admin("boss").await;
    boss.publishes(Draft::news("One")).await;
    let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)";
    app.sql(&format!(
        "INSERT INTO posts (number, author_id, kind, title, body, html, audience, published_ms, expires_ms, expired_ms) \
         {rows} SELECT last_id + 100 + i, author_id, 'news', 'T', '', '', 'everyone', i, CASE WHEN i % 2 = 0 THEN i END, \
         CASE WHEN i % 2 = 0 THEN i END FROM n, counter, (SELECT min(author_id) AS author_id FROM posts) AS author"
    ))
    .await;
    let before = app.logs().len();
    app.sql("ANALYZE").await;
    let asks = async || {
        let asked = statements(&app.logs()[before..]);
        asked.into_iter().find(|sql| sql.contains("expires_ms IS NOT NULL"))
    };
    let asked = eventually("it was looked for", asks).await;

    let plan = plan(&app, &asked).await;

    assert!(plan.contains("posts_expiring") && !plan.contains("TEMP B-TREE"), "{asked}\n{plan}");
}

#[tokio::test]
async fn an_act_on_a_page_that_is_older_than_its_posts_end_is_led_to_the_post_and_told_why() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let with_time = Draft::alert("critical", "Evacuate").with("expires", LATER);
    let (expired, withdrawn) =
        (boss.publishes(with_time).await, boss.publishes(Draft::alert("critical", "Gas")).await);
    expires(&app, expired).await;
    boss.posts(&format!("/admin/posts/{withdrawn}/withdrawal"), &[("reason", "By mistake")]).await;
    let events = async || app.asks_database("SELECT COUNT(*) FROM events").await.try_get_by_index::<i64>(0);
    let before = events().await;

    for (post, why) in
        [(expired, "The post has expired meanwhile."), (withdrawn, "The post was withdrawn meanwhile.")]
    {
        for act in ["resolution", "resolution/removal", "pin"] {
            let fields = [("note", "All are out"), ("until", LATER), ("zone", "UTC")];
            let told = boss.posts(&format!("/admin/posts/{post}/{act}"), &fields).await;
            assert_eq!(told.status, 303, "{act}: {}", told.text);
            assert!(boss.gets(told.location()).await.text.contains(why), "{act}: {}", told.location());
        }
    }
    assert_eq!(events().await, before, "nothing was changed");
}
