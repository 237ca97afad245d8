//! Editing a post by its form, and telling its readers again.

use serde_json::json;

use super::{
    super::delivery::changes::forgets,
    changes::{alert, edits, publishes},
};
use crate::support::{Draft, Page, Person, Program, TestApp};

/// Where a post is edited, and where the form is sent.
fn form(post: i64) -> (String, String) {
    (format!("/admin/posts/{post}/edit"), format!("/admin/posts/{post}"))
}

/// The form as it was shown, with these fields changed.
async fn saves(person: &Person, post: i64, shown: &Page, changed: &[(&str, &str)]) -> Page {
    let kind = if shown.has_ticked("kind", "alert") { "alert" } else { "news" };
    let severity = ["info", "warning", "critical"].into_iter().find(|one| shown.has_ticked("severity", one));
    let (title, body, version) = (shown.field("title"), shown.typed_body(), shown.field("version"));
    let now = [("kind", kind), ("title", &title), ("body", &body), ("version", &version)];
    let now = now.into_iter().chain(severity.map(|severity| ("severity", severity)));
    let mut fields: Vec<_> = now.filter(|(name, _)| changed.iter().all(|(other, _)| name != other)).collect();
    fields.extend(changed.iter().copied());
    person.posts(&form(post).1, &fields).await
}

#[tokio::test]
async fn an_author_edits_a_post_in_place_on_every_page_that_shows_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.publisher("ann").await, app.member("bea").await);
    let first = ann.publishes(Draft::news("Bicycles").body("Forty *new* stands")).await;
    let last = ann.publishes(Draft::news("Later")).await;
    bea.posts(&format!("/posts/{first}/reading"), &[]).await;
    let mut page = bea.opens_stream().await;
    let shown = ann.gets(&form(first).0).await;
    assert_eq!((shown.field("title"), shown.typed_body()), ("Bicycles".into(), "Forty *new* stands".into()));
    assert!(shown.has_ticked("kind", "news") && !shown.has_ticked("again", "on"), "{}", shown.text);

    let saved = saves(&ann, first, &shown, &[("title", "Bicycles!"), ("body", "Fifty")]).await;

    assert_eq!((saved.status, saved.location()), (303, format!("/posts/{first}?done=edited").as_str()));
    let event = page.next("change").await;
    assert_eq!((&event.data["change"], &event.data["version"]), (&json!("edited"), &json!(2)));
    let feed = bea.reads_feed().await;
    assert_eq!(feed.posts, [last, first], "in its place");
    let row = feed.row(first);
    assert!(row.contains("Bicycles!") && row.contains("Fifty") && row.contains(", edited <time"), "{row}");
    assert!(!row.contains("data-unread"), "it stays read: {row}");
    assert!(bea.gets("/?q=fifty").await.text.contains(&format!("/posts/{first}")));
    assert!(!bea.gets("/?q=forty").await.text.contains(&format!("href=\"/posts/{first}\"")));
    assert!(boss.gets("/admin/audit?act=post-edit").await.text.contains("title, text"));
}

#[tokio::test]
async fn news_becomes_an_alert_and_news_again() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let post = boss.publishes(Draft::news("Smoke")).await;
    let kinds = async || {
        let of = async |query: &str| ann.gets(&format!("/?{query}")).await.text.contains("Smoke");
        [of("kind=news").await, of("kind=alert").await, of("severity=critical").await]
    };
    let shown = boss.gets(&form(post).0).await;
    let no_severity = saves(&boss, post, &shown, &[("kind", "alert")]).await;
    assert!(no_severity.status == 422 && no_severity.has_ticked("kind", "alert"), "{}", no_severity.text);

    let urgent = [("kind", "alert"), ("severity", "critical")];
    assert_eq!(saves(&boss, post, &shown, &urgent).await.status, 303);
    assert_eq!(kinds().await, [false, true, true]);
    boss.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "Toast")]).await;
    let shown = boss.gets(&form(post).0).await;
    assert_eq!(saves(&boss, post, &shown, &[("kind", "news")]).await.status, 303);

    assert_eq!(kinds().await, [true, false, false]);
    let row = ann.reads_feed().await.row(post).to_owned();
    assert!(!row.contains("Toast") && !row.contains("class=\"flag\""), "only an alert can be over: {row}");
}

#[tokio::test]
async fn the_second_of_two_who_edit_is_shown_the_first_ones_version_and_loses_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let post = boss.publishes(Draft::news("Title").body("Text")).await;
    let (one, other) = (boss.gets(&form(post).0).await, boss.gets(&form(post).0).await);
    assert_eq!(
        saves(&boss, post, &one, &[("title", "The first"), ("body", "First *text*")]).await.status,
        303
    );

    let refused = saves(&boss, post, &other, &[("title", "The second"), ("body", "Second text")]).await;

    assert_eq!(refused.status, 422);
    assert_eq!((refused.field("title"), refused.typed_body()), ("The second".into(), "Second text".into()));
    let theirs = refused.text.split_once("id=\"theirs\"").unwrap().1.split("</section>").next().unwrap();
    assert!(theirs.contains("The first") && theirs.contains("First <em>text</em>"), "{theirs}");
    assert!(theirs.contains("First *text*"), "as it was typed: {theirs}");
    assert_eq!(boss.reads_feed().await.row(post).matches("The first").count(), 1);
    let title = refused.field("title");
    assert_eq!(saves(&boss, post, &refused, &[("title", &title)]).await.status, 303);
    assert!(boss.reads_feed().await.row(post).contains("The second"));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_a_preview_saves_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let bea = app.publisher("bea").await;
    let post = boss.publishes(Draft::news("Title").body("Text")).await;
    let shown = boss.gets(&form(post).0).await;

    let refused = saves(&boss, post, &shown, &[("title", ""), ("body", "More"), ("again", "on")]).await;
    assert_eq!((refused.status, refused.typed_body()), (422, "More".into()));
    assert!(refused.text.contains("Not saved yet") && refused.has_ticked("again", "on"), "{}", refused.text);
    let version = shown.field("version");
    let fields =
        [("kind", "news"), ("title", "A look"), ("body", "*So*"), ("version", &version), ("then", "preview")];
    let preview = boss.posts(&format!("/admin/posts/{post}/draft"), &fields).await;
    assert_eq!(
        (preview.status, preview.field("title"), preview.field("version")),
        (200, "A look".into(), version.clone())
    );
    assert!(preview.text.contains("<em>So</em>"), "{}", preview.text);
    for (path, sent) in [(form(post).1, &fields), (format!("/admin/posts/{post}/draft"), &fields)] {
        assert_eq!(bea.posts(&path, sent).await.status, 404);
    }
    assert_eq!(bea.gets(&form(post).0).await.status, 404);
    let same = saves(&boss, post, &shown, &[]).await;
    assert_eq!(same.location(), format!("/posts/{post}"), "nothing was changed");
    let row = bea.reads_feed().await.row(post).to_owned();
    assert!(row.contains("data-version=\"1\""), "{row}");

    boss.posts(&format!("/admin/posts/{post}/withdrawal"), &[]).await;
    assert_eq!(boss.gets(&form(post).0).await.location(), format!("/posts/{post}"));
    let late = saves(&boss, post, &shown, &[("title", "Too late")]).await;
    assert_eq!((late.status, late.field("title")), (422, "Too late".into()));
}

#[tokio::test]
async fn what_is_being_edited_is_shown_by_the_row_alone_as_it_would_be_and_nothing_is_written() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pia, bea) = (app.publisher("pia").await, app.publisher("bea").await);
    let asks = Draft::alert("warning", "Low water").body("until **six**").with("acknowledge", "on");
    let post = pia.publishes(asks.with("drill", "on")).await;
    let draft = format!("/admin/posts/{post}/draft");
    let now = [("kind", "alert"), ("severity", "warning"), ("title", "Low water"), ("body", "until **six**")];
    let beside = async |person: &Person, changed: &[(&str, &str)]| {
        let typed = now.iter().map(|(name, value)| {
            let changed = changed.iter().find(|(other, _)| other == name);
            (*name, changed.map_or(*value, |(_, value)| *value))
        });
        let rest = changed.iter().copied().filter(|(name, _)| now.iter().all(|(other, _)| other != name));
        let typed: Vec<_> = typed.chain(rest).chain([("then", "beside")]).collect();
        person.posts(&draft, &typed).await
    };
    let log = boss.gets("/admin/audit").await.text.matches("<tr").count();

    let as_it_is = beside(&pia, &[]).await;
    let worse = [("severity", "critical"), ("body", "until **eight** <script>x</script>")];
    let to_bea = [("audience", "chosen"), ("recipients", "bea")];
    let shown = beside(&pia, &[worse, to_bea].concat()).await;

    assert!(as_it_is.status == 200 && !as_it_is.text.contains("edited"), "{as_it_is:?}");
    assert_eq!(shown.status, 200, "{shown:?}");
    assert!(!shown.text.contains("<html") && !shown.text.contains("<script"), "the row alone: {shown:?}");
    assert!(shown.text.contains("until <strong>eight</strong>") && shown.text.contains(", edited <time"));
    assert!(shown.text.contains("data-severity=\"critical\"") && shown.text.contains("data-title=\"DRILL: "));
    assert!(shown.text.contains("You and others") && !as_it_is.text.contains("You and others"), "{shown:?}");
    assert!(shown.text.contains("class=\"acknowledgement\""), "it asks as before: {shown:?}");
    for (name, value) in [("title", ""), ("title", &*"t".repeat(201)), ("kind", "poem")] {
        let none = beside(&pia, &[(name, value)]).await;
        assert_eq!((none.status, none.text.as_str()), (204, ""), "{name}: {value}");
    }
    assert_eq!(beside(&bea, &[]).await.status, 404, "who may not edit it");
    assert!(bea.reads_feed().await.row(post).contains("data-version=\"1\""), "nothing is saved");
    assert_eq!(boss.gets("/admin/audit").await.text.matches("<tr").count(), log, "nor written down");
}

#[tokio::test]
async fn told_again_a_post_is_unread_and_rings_once_more_for_everybody_who_had_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, bea) = (app.member("ann").await, app.member("bea").await);
    let post = boss.publishes(Draft::alert("critical", "Smoke")).await;
    let last = boss.publishes(Draft::news("Later")).await;
    let through = ann.gets("/").await.field("through");
    ann.posts("/readings", &[("through", &through)]).await;
    bea.posts(&format!("/posts/{post}/reading"), &[]).await;
    for person in [&ann, &bea] {
        person.reads_feed().await;
        assert!(!person.gets("/alerts").await.text.contains("Smoke"), "they have taken notice");
        assert_eq!(person.gets(&format!("/posts/{post}/telling")).await.status, 204);
    }
    assert_eq!(
        (ann.session().await["unread"].clone(), bea.session().await["unread"].clone()),
        (json!(0), json!(1))
    );
    let mut page = ann.opens_stream().await;

    let shown = boss.gets(&form(post).0).await;
    let saved = saves(&boss, post, &shown, &[("body", "In building C, too"), ("again", "on")]).await;

    assert_eq!(saved.location(), format!("/posts/{post}?done=told-again"));
    let event = page.next("post").await;
    assert_eq!((event.post(), &event.data["again"], &event.data["version"]), (post, &json!(true), &json!(2)));
    assert_eq!(
        (ann.session().await["unread"].clone(), bea.session().await["unread"].clone()),
        (json!(1), json!(2))
    );
    for person in [&ann, &bea] {
        assert!(person.gets("/alerts").await.text.contains("Smoke"));
        assert_eq!(person.gets(&format!("/posts/{post}/telling")).await.status, 200);
        assert!(person.gets("/?unread=1").await.text.contains("building C"));
        let feed = person.reads_feed().await;
        assert_eq!(feed.posts, [post, last], "it is urgent, and not read");
        assert!(feed.row(post).contains("data-unread"));
        person.posts(&format!("/posts/{post}/reading"), &[]).await;
        let feed = person.reads_feed().await;
        assert_eq!(feed.posts, [last, post], "in its place");
        assert!(!feed.row(post).contains("data-unread"));
        assert!(!person.gets("/alerts").await.text.contains("Smoke"));
    }
    assert!(boss.gets("/admin/audit?act=post-edit").await.text.contains("text, told again"));
}

#[tokio::test]
async fn a_post_that_was_told_again_comes_once_to_each_as_it_is_now() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "boss", "publish").await;
    let before = ann.opens_stream().await.cursor;
    let pump = publishes(&program, &alert("warning", "Pump")).await;
    let had_it = ann.opens_stream().await.cursor;
    edits(&program, pump, json!({ "title": "Pump (×2)" })).await;
    edits(&program, pump, json!({ "title": "Pump (×3)", "again": true })).await;
    let was_told = ann.opens_stream().await.cursor;
    let door = publishes(&program, &alert("info", "Door")).await;
    edits(&program, pump, json!({ "title": "Pump (×4)" })).await;
    edits(&program, door, json!({ "again": true })).await;
    edits(&program, door, json!({ "again": true })).await;
    let mut live = ann.opens_stream().await;
    let last = boss.publishes(Draft::news("Last")).await;
    // Memory has all of it now.
    while live.next_news().await.post() != last {}

    let gets = async |after: &str| {
        let (mut stream, mut got) = (ann.follows(after).await, vec![]);
        loop {
            let event = stream.next_news().await;
            if event.post() == last {
                return got;
            }
            let what =
                (event.name.clone(), event.data["again"] == true, event.data["version"].as_i64().unwrap());
            got.push((event.post(), what));
        }
    };
    let (post, again) =
        (|version| ("post".to_owned(), false, version), |version| ("post".to_owned(), true, version));
    for is_from_table in [false, true] {
        if is_from_table {
            forgets(&mut app).await;
        }
        assert_eq!(
            gets(&before).await,
            [(pump, post(4)), (door, post(3))],
            "from the table: {is_from_table}"
        );
        assert_eq!(gets(&had_it).await, [(door, post(3)), (pump, again(4))], "{is_from_table}");
        let changed = (pump, ("change".to_owned(), false, 4));
        assert_eq!(gets(&was_told).await, [(door, post(3)), changed], "{is_from_table}");
    }
}

#[tokio::test]
async fn who_is_left_out_and_disabled_since_keeps_nobody_from_editing_and_stays_left_out() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    app.member("bo").await;
    let post = boss.publishes(Draft::news("A party for Bo").and("except", "bo")).await;
    assert_eq!(app.runs(&["user", "disable", "bo"], "").await.code, Some(0));
    let shown = boss.gets(&form(post).0).await;

    let saved = saves(
        &boss,
        post,
        &shown,
        &[("title", "A feast for Bo"), ("audience", "everyone"), ("except", "bo")],
    )
    .await;

    assert_eq!(saved.status, 303, "{}", saved.text);
    assert_eq!(app.runs(&["user", "enable", "bo"], "").await.code, Some(0));
    assert_eq!(app.signs_in("bo").await.gets(&format!("/posts/{post}")).await.status, 404);
    assert!(boss.gets(&format!("/posts/{post}")).await.text.contains("A feast for Bo"));
}
