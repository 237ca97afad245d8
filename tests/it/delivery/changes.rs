//! Changes of posts on their way to the screen: who has the post is told what has become of it, who has not gets it once,
//! as it is now; from memory and from the table alike.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::{
    posts::changes::{alert, edits, publishes, reopens, resolves},
    support::{Draft, Event, Person, Program, Stream, TestApp, makes_group},
};

/// Somebody's page, and a program of theirs.
struct Reader {
    person: Person,
    program: Program,
}

impl Reader {
    async fn of(app: &TestApp, name: &str) -> Self {
        Self { person: app.member(name).await, program: Program::of(app, name, "stream").await }
    }

    /// What comes after this cursor, up to the post that was published last, on the page and to the program alike.
    async fn gets(&self, after: &str, last: i64) -> Vec<(String, i64, Value, Value)> {
        let mut page = self.person.follows(after).await;
        let mut stream = self.program.follows(after).await;
        let mut all = vec![];
        loop {
            let (seen, heard) = (page.next_news().await, stream.next_news().await);
            assert_eq!(told(&seen), told(&heard));
            assert_eq!(seen.id, heard.id);
            if seen.post() == last {
                return all;
            }
            if seen.data["title"] != "Last" {
                all.push(told(&seen));
            }
        }
    }
}

/// Which event it is, of which post, what it says of it, and of which version.
fn told(event: &Event) -> (String, i64, Value, Value) {
    (event.name.clone(), event.post(), event.data["change"].clone(), event.data["version"].clone())
}

fn post(id: i64, version: i64) -> (String, i64, Value, Value) {
    ("post".into(), id, Value::Null, json!(version))
}

fn change(id: i64, what: &str, version: i64) -> (String, i64, Value, Value) {
    ("change".into(), id, json!(what), json!(version))
}

/// Starts the server again when so much has happened that memory does not reach back to anything before.
pub async fn forgets(app: &mut TestApp) {
    app.stop().await;
    let later = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)";
    app.sql(&format!(
        "INSERT INTO events (id, nonce, kind, user_id, reason, created_ms) {later} SELECT last_id + i, i, 'rights', \
         999, 'revoked', (SELECT max(created_ms) FROM users) FROM n, counter"
    ))
    .await;
    app.sql("UPDATE counter SET last_id = (SELECT max(id) FROM events)").await;
    app.restart().await;
}

#[tokio::test]
async fn who_missed_a_post_gets_it_once_as_it_is_now_and_who_had_it_its_last_change() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = Reader::of(&app, "ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let before = ann.person.opens_stream().await.cursor;
    let pump = publishes(&program, &alert("warning", "Pump")).await;
    let had_it = ann.person.opens_stream().await.cursor;
    let door = publishes(&program, &alert("info", "Door")).await;
    edits(&program, pump, json!({ "title": "Pump (×2)" })).await;
    resolves(&program, pump, "Cooled down").await;
    let had_all = ann.person.opens_stream().await.cursor;
    let news = boss.publishes(Draft::news("Bicycles")).await;
    edits(&program, door, json!({ "title": "Door (×2)" })).await;
    resolves(&program, door, "").await;
    reopens(&program, door).await;
    edits(&program, pump, json!({ "body": "Until six." })).await;

    for is_from_table in [false, true] {
        if is_from_table {
            forgets(&mut app).await;
        }
        let mut live = ann.person.opens_stream().await;
        let last = boss.publishes(Draft::news("Last")).await;
        // Memory has all of it now.
        live.next_post().await;

        let missed = ann.gets(&before, last).await;
        assert_eq!(missed, [post(pump, 4), post(door, 4), post(news, 1)], "from the table: {is_from_table}");
        let had = ann.gets(&had_it, last).await;
        assert_eq!(had, [post(door, 4), post(news, 1), change(pump, "edited", 4)], "{is_from_table}");
        let changed = ann.gets(&had_all, last).await;
        assert_eq!(changed, [post(news, 1), change(door, "reopened", 4), change(pump, "edited", 4)]);
    }
    let mut page = ann.person.follows(&before).await;
    let missed = page.next("post").await;
    assert!(missed.data["html"].as_str().unwrap().contains("Cooled down"), "{missed:?}");
    assert_eq!(missed.data["resolution"]["note"], "Cooled down");
}

#[tokio::test]
async fn a_cut_between_a_post_and_its_change_loses_neither() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let before = ann.opens_stream().await.cursor;
    let mut published = vec![];
    // More than one pull takes, between each and its change.
    for number in 0..4 {
        let draft = Draft::news(&format!("Number {number}")).body(&"x".repeat(20_000));
        published.push(publishes(&program, &alert("info", &format!("Alert {number}"))).await);
        published.push(boss.publishes(draft).await);
    }
    for alert in published.iter().step_by(2) {
        resolves(&program, *alert, "").await;
    }
    let mut live = ann.opens_stream().await;
    let last = boss.publishes(Draft::news("Last")).await;
    published.push(last);
    changes_until(&mut live, last).await;

    for is_from_table in [false, true] {
        if is_from_table {
            forgets(&mut app).await;
        }
        for events_a_cut in 1..4 {
            let (mut got, mut cursor) = (vec![], before.clone());
            while got.last() != Some(&last) {
                let mut stream = ann.follows(&cursor).await;
                for _ in 0..events_a_cut {
                    let event = stream.next_news().await;
                    cursor = stream.cursor.clone();
                    if event.name == "post" {
                        got.push(event.post());
                        let is_alert = event.data["kind"] == "alert";
                        assert_eq!(event.data["resolution"].is_object(), is_alert, "as it is now: {event:?}");
                    } else {
                        assert!(got.contains(&event.post()), "a change of what is not there: {event:?}");
                    }
                    if event.post() == last {
                        break;
                    }
                }
            }
            assert_eq!(got, published, "once each; from the table: {is_from_table}");
        }
    }
}

#[tokio::test]
async fn only_who_sees_a_post_is_told_of_its_changes() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let [ann, eve, left, joined] = [
        app.member("ann").await,
        app.member("eve").await,
        app.member("left").await,
        app.member("joined").await,
    ];
    let group = makes_group(&boss, "Crew", &["left"]).await;
    let program = Program::of(&app, "boss", "publish").await;
    let mut named = alert("critical", "Named");
    named["audience"] = json!({ "people": ["ann"] });
    let mut crew = alert("critical", "Crew");
    crew["audience"] = json!({ "groups": ["Crew"], "people": ["ann"], "except": ["eve"] });
    let (named, crew) = (publishes(&program, &named).await, publishes(&program, &crew).await);
    let id: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'left'").await.try_get_by_index(0).unwrap();
    boss.posts(&format!("{group}/members"), &[("people", "joined")]).await;
    boss.posts(&format!("{group}/members/{id}/removal"), &[]).await;
    let before = ann.opens_stream().await.cursor;
    let mut live = vec![];
    for person in [&ann, &left, &eve, &joined] {
        live.push(person.opens_stream().await);
    }

    resolves(&program, named, "").await;
    edits(&program, crew, json!({ "title": "Crew (×2)" })).await;
    let mut last = boss.publishes(Draft::news("Last")).await;

    let hers = [change(named, "resolved", 2), change(crew, "edited", 2)];
    let expected = [&hers[..], &hers[1..], &[], &[]];
    for is_from_table in [false, true] {
        for (stream, expected) in live.iter_mut().zip(expected) {
            assert_eq!(changes_until(stream, last).await, expected, "from the table: {is_from_table}");
        }
        if !is_from_table {
            forgets(&mut app).await;
            last = boss.publishes(Draft::news("Last of all")).await;
            live.clear();
            for person in [&ann, &left, &eve, &joined] {
                live.push(person.follows(&before).await);
            }
        }
    }
}

/// The changes that come before this post.
async fn changes_until(stream: &mut Stream, last: i64) -> Vec<(String, i64, Value, Value)> {
    let mut changes = vec![];
    loop {
        let event = stream.next_news().await;
        if event.post() == last {
            return changes;
        }
        if event.name == "change" {
            changes.push(told(&event));
        }
    }
}

#[tokio::test]
async fn a_page_is_as_far_behind_as_there_are_posts_for_it_however_often_they_changed() {
    const POSTS: usize = 700;
    let mut app = TestApp::start().await;
    let ann = app.member("ann").await;
    let boss = app.admin("boss").await;
    let before = ann.opens_stream().await.cursor;
    app.stop().await;
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {POSTS})");
    for statement in [
        format!(
            "INSERT INTO posts (number, told, changed, version, author_id, kind, severity, title, body, html, audience, \
             published_ms) {numbers} SELECT last_id + i, last_id + i, last_id + {POSTS} + i, 2, 1, 'alert', 'info', \
             'Title', '', '', 'everyone', i FROM n, counter"
        ),
        format!(
            "INSERT INTO audiences (number, scope, subject, urgency, from_number, changed) {numbers} \
             SELECT last_id + i, 'everyone', 0, 'info', last_id + i, last_id + {POSTS} + i FROM n, counter"
        ),
        "INSERT INTO events (id, nonce, kind, post_id, created_ms) SELECT number, 1, 'post', id, \
         (SELECT max(created_ms) FROM users) FROM posts"
            .into(),
        "INSERT INTO events (id, nonce, kind, change, post_id, created_ms) SELECT changed, 1, 'change', 'edited', id, \
         (SELECT max(created_ms) FROM users) FROM posts"
            .into(),
        "UPDATE counter SET last_id = (SELECT max(id) FROM events)".into(),
    ] {
        app.sql(&statement).await;
    }
    app.restart().await;

    let mut stream = ann.streams_from("/stream", &[("Last-Event-ID", &before)]).await;

    assert_eq!(stream.says_hello().await.data["resumed"], true);
    let last = boss.publishes(Draft::news("Last")).await;
    let mut told = HashMap::new();
    loop {
        let event = stream.next_news().await;
        if event.post() == last {
            break;
        }
        *told.entry((event.name.clone(), event.post())).or_insert(0) += 1;
    }
    let posts = told.iter().filter(|((name, _), times)| name == "post" && **times == 1).count();
    assert_eq!(posts, POSTS, "{told:?}");
}

#[tokio::test]
async fn a_change_of_a_broadcast_reaches_every_open_page_once() {
    let app = TestApp::start_with(&["--max-streams-per-user", "300"]).await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let post = publishes(&program, &alert("warning", "Pump")).await;
    let mut streams = vec![];
    for _ in 0..100 {
        streams.push(ann.opens_stream().await);
    }

    for number in 0..5 {
        edits(&program, post, json!({ "title": format!("Pump (×{number})") })).await;
    }
    resolves(&program, post, "").await;
    let last = boss.publishes(Draft::news("Last")).await;

    for stream in &mut streams {
        let came = changes_until(stream, last).await;
        assert_eq!(came.last(), Some(&change(post, "resolved", 7)));
        let versions: Vec<_> = came.iter().map(|one| one.3.as_i64().unwrap()).collect();
        assert!(versions.is_sorted_by(|one, next| one < next), "in order, and once each: {versions:?}");
    }
}
