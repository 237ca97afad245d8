//! Widening and narrowing whom a post is for: the new get it as new, from the others it goes.

use serde_json::{Value, json};

use super::{
    super::delivery::changes::forgets,
    changes::{alert, edits, publishes},
};
use crate::support::{Draft, Page, Person, Program, Stream, TestApp, makes_group};

/// What comes up to this post: of which post, as what, and with which change.
async fn gets(stream: &mut Stream, last: i64) -> Vec<(i64, String, Value)> {
    let mut got = vec![];
    loop {
        let event = stream.next_news().await;
        if event.post() == last {
            return got;
        }
        got.push((event.post(), event.name.clone(), event.data["change"].clone()));
    }
}

/// The author's edit of whom the post is for.
pub async fn turns(author: &Person, post: i64, to: &[(&str, &str)]) -> Page {
    let shown = author.gets(&format!("/admin/posts/{post}/edit")).await;
    let (title, body, version) = (shown.field("title"), shown.typed_body(), shown.field("version"));
    let mut fields = vec![("kind", "news"), ("title", &*title), ("body", &*body), ("version", &*version)];
    fields.extend(to);
    author.posts(&format!("/admin/posts/{post}"), &fields).await
}

async fn sees(people: &[&Person], post: i64) -> Vec<bool> {
    let mut all = vec![];
    for person in people {
        let is_listed = person.reads_feed().await.posts.contains(&post);
        assert_eq!(person.gets(&format!("/posts/{post}")).await.status == 200, is_listed);
        let found = person.gets("/?q=bicycles").await.text.contains(&format!("href=\"/posts/{post}\""));
        assert_eq!(found, is_listed);
        all.push(is_listed);
    }
    all
}

#[tokio::test]
async fn the_new_get_a_post_as_new_and_from_the_others_it_goes_at_once() {
    let mut app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let [ann, bea, cat, dan] =
        [app.member("ann").await, app.member("bea").await, app.member("cat").await, app.member("dan").await];
    let people = [&ann, &bea, &cat, &dan];
    makes_group(&boss, "Crew", &["ann", "bea"]).await;
    makes_group(&boss, "Office", &["bea", "cat"]).await;
    let before = ann.opens_stream().await.cursor;
    let to_crew = Draft::news("Bicycles").with("audience", "groups").and("groups", "Crew");
    let post = boss.publishes(to_crew).await;
    assert_eq!(sees(&people, post).await, [true, true, false, false]);
    let had_it = ann.opens_stream().await.cursor;
    let mut live = vec![];
    for person in people {
        live.push(person.opens_stream().await);
    }
    let shown = boss.gets(&format!("/admin/posts/{post}/edit")).await;
    assert!(shown.has_ticked("audience", "chosen") && shown.has_chosen("groups", "Crew"), "{}", shown.text);

    let to_office = [("audience", "chosen"), ("groups", "Office"), ("recipients", "dan")];
    let saved = turns(&boss, post, &to_office).await;
    assert_eq!(saved.location(), format!("/posts/{post}?done=edited"), "{saved:?}");
    let last = boss.publishes(Draft::news("Last")).await;

    assert_eq!(sees(&people, post).await, [false, true, true, true]);
    assert_eq!(
        [ann.session().await["unread"].clone(), cat.session().await["unread"].clone()],
        [json!(1), json!(2)]
    );
    let new = || vec![(post, "post".to_owned(), Value::Null)];
    let said = |what: &str| vec![(post, "change".to_owned(), json!(what))];
    let expected = [said("narrowed"), said("edited"), new(), new()];
    for is_from_table in [false, true] {
        if is_from_table {
            forgets(&mut app).await;
        }
        for (at, person) in people.into_iter().enumerate() {
            let mut after = if is_from_table { person.follows(&had_it).await } else { live.remove(0) };
            assert_eq!(gets(&mut after, last).await, expected[at], "{at} from the table: {is_from_table}");
            let mut stream = person.follows(&before).await;
            let all = gets(&mut stream, last).await;
            let expected = if at == 0 { vec![] } else { new() };
            assert_eq!(all, expected, "who missed both: {at} from the table: {is_from_table}");
        }
    }
    let page = boss.gets(&format!("/posts/{post}")).await.text;
    let names = page.split("class=\"recipients\"").nth(1).unwrap().split("</p>").next().unwrap();
    assert!(names.contains("Office") && names.contains("dan") && !names.contains("Crew"), "{names}");
    assert!(boss.gets("/admin/audit?act=post-edit").await.text.contains("audience (2 added, 1 removed)"));
}

#[tokio::test]
async fn what_is_for_everyone_may_be_for_some_and_for_everyone_again() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let [ann, bea] = [app.member("ann").await, app.member("bea").await];
    let post = boss.publishes(Draft::news("Bicycles")).await;
    let (mut of_ann, mut of_bea) = (ann.opens_stream().await, bea.opens_stream().await);

    turns(&boss, post, &[("audience", "chosen"), ("recipients", "ann")]).await;
    assert_eq!(sees(&[&ann, &bea], post).await, [true, false]);
    turns(&boss, post, &[("audience", "everyone"), ("except", "ann")]).await;
    assert_eq!(sees(&[&ann, &bea], post).await, [false, true]);
    turns(&boss, post, &[("audience", "everyone")]).await;
    assert_eq!(sees(&[&ann, &bea], post).await, [true, true]);
    let last = boss.publishes(Draft::news("Last")).await;

    let words = |got: Vec<(i64, String, Value)>| -> Vec<String> {
        got.into_iter().map(|(_, name, change)| change.as_str().unwrap_or(&name).to_owned()).collect()
    };
    let got = words(gets(&mut of_ann, last).await);
    assert!(got.ends_with(&["post".into()]) || got == ["edited"], "{got:?}");
    let got = words(gets(&mut of_bea, last).await);
    assert!(got.contains(&"post".into()) || got.iter().all(|word| word == "edited"), "{got:?}");
}

#[tokio::test]
async fn who_left_a_group_keeps_what_it_keeps_and_the_form_says_how_many_did() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let bea = app.member("bea").await;
    let crew = makes_group(&boss, "Crew", &["ann", "bea"]).await;
    let to_crew = Draft::news("Bicycles").with("audience", "groups").and("groups", "Crew");
    let post = boss.publishes(to_crew).await;
    let form = format!("/admin/posts/{post}/edit");
    assert!(!boss.gets(&form).await.text.contains("who has left"));
    let id: i64 =
        app.asks_database("SELECT id FROM users WHERE name = 'ann'").await.try_get_by_index(0).unwrap();
    boss.posts(&format!("{crew}/members/{id}/removal"), &[]).await;
    assert!(boss.gets(&form).await.text.contains("1 person has it who has left"));

    turns(&boss, post, &[("audience", "chosen"), ("groups", "Crew"), ("recipients", "boss")]).await;
    assert_eq!(sees(&[&ann, &bea], post).await, [true, true]);
    boss.posts(&format!("{crew}/removal"), &[]).await;
    let wording = [("audience", "chosen"), ("recipients", "boss"), ("body", "More")];
    assert_eq!(turns(&boss, post, &wording[..2]).await.status, 303);

    assert_eq!(sees(&[&ann, &bea], post).await, [true, true], "nobody has said that it is not theirs");
}

#[tokio::test]
async fn a_program_widens_and_narrows_what_it_published_as_far_as_its_token_may() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let [ann, bea] = [app.member("ann").await, app.member("bea").await];
    makes_group(&boss, "Crew", &["ann"]).await;
    makes_group(&boss, "Office", &["bea"]).await;
    let program = Program::held(&app, "boss", "publish", &["--group", "Crew"]).await;
    let mut draft = alert("info", "Bicycles");
    draft["audience"] = json!({ "groups": ["Crew"] });
    let post = publishes(&program, &draft).await;

    for audience in [json!("everyone"), json!({ "groups": ["Office"] }), json!({ "people": ["bea"] })] {
        let refused = edits(&program, post, json!({ "audience": audience })).await;
        assert_eq!((refused.status, &refused.json()["type"]), (403, &json!("/api#groups")));
    }
    let same = edits(&program, post, json!({ "audience": { "groups": ["Crew"] } })).await;
    assert_eq!((same.status, &same.json()["version"]), (200, &json!(1)));
    assert_eq!(sees(&[&ann, &bea], post).await, [true, false]);

    let free = Program::of(&app, "boss", "publish").await;
    let post = publishes(&free, &draft).await;
    let wrong = edits(&free, post, json!({ "audience": { "people": ["nobody"] } })).await;
    assert!(wrong.status == 422 && wrong.json()["errors"]["audience"].is_string(), "{wrong:?}");
    let turned = edits(&free, post, json!({ "audience": { "people": ["bea"] } })).await;
    assert_eq!((&turned.json()["version"], &turned.json()["audience"]), (&json!(2), &json!("people")));
    assert_eq!(turned.json()["edited_at"], Value::Null, "its text is what it was");
    assert_eq!(sees(&[&ann, &bea], post).await, [false, true]);
}
