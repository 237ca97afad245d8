//! Who answers that they need help: who is told of it at once, and who takes it.

use serde_json::json;

use super::{acknowledging::acts, answering::asks_who_is_safe};
use crate::support::{Page, Person, Program, TestApp, makes_group, tags};

/// As the form of “Are you safe?” has them.
const SAFE: &str = "0";
const HELP: &str = "2";

/// Who stands among those who need help, in their order, each with who has taken it.
fn calls(page: &Page) -> Vec<String> {
    let rows = page.text.split("<li data-helped=").skip(1);
    let row = |row: &str| {
        let name = row.split("<strong><bdi>").nth(1).unwrap().split('<').next().unwrap();
        let helper = row.split("call-helper\">").nth(1).unwrap().split("<bdi>").nth(1).unwrap();
        let is_taken = row.split('>').next().unwrap().contains("data-taken");
        let helper = helper.split('<').next().unwrap();
        if is_taken { format!("{name} by {helper}") } else { name.to_owned() }
    };
    rows.map(row).collect()
}

impl Person {
    async fn calls_of(&self, post: i64) -> Vec<String> {
        let page = self.gets(&format!("/admin/posts/{post}/roster")).await;
        assert_eq!(page.status, 200, "{page:?}");
        calls(&page)
    }

    async fn takes(&self, post: i64, person: i64) -> Page {
        self.posts(&format!("/admin/posts/{post}/people/{person}/taking"), &[]).await
    }

    async fn gives_back(&self, post: i64, person: i64) -> Page {
        self.posts(&format!("/admin/posts/{post}/people/{person}/taking/removal"), &[]).await
    }
}

/// The number of somebody's account.
pub async fn id_of(app: &TestApp, name: &str) -> i64 {
    let row = app.asks_database(&format!("SELECT id FROM users WHERE name = '{name}'")).await;
    row.try_get_by_index(0).unwrap()
}

/// The rows of the feed, as their titles.
async fn titles(person: &Person) -> Vec<String> {
    let page = person.gets("/").await.text;
    let rows = page.split("class=\"post-title\"").skip(1);
    let title = |row: &str| row.split("</a>").next().unwrap().rsplit('>').next().unwrap().to_owned();
    rows.map(title).collect()
}

#[tokio::test]
async fn author_and_coordinators_are_told_at_once_and_one_of_them_takes_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, bea) = (app.member("Ann").await, app.member("Bea").await);
    let (dan, eve) = (app.member("Dan").await, app.member("Eve").await);
    makes_group(&boss, "Safety", &["Ann", "Bea"]).await;
    let post = pat.publishes(asks_who_is_safe().to(&["Dan", "Eve"]).with("coordinators", "Safety")).await;
    let (mut of_ann, mut of_pat) = (ann.opens_stream().await, pat.opens_stream().await);
    let mut roster = bea.streams_from(&format!("/stream?watch=roster:{post}"), &[]).await;
    roster.says_hello().await;

    assert_eq!(dan.answers(post, HELP, "My *leg* is broken", "+43 1 234").await.status, 303);

    let told = of_ann.next("post").await.data;
    assert_eq!((&told["title"], &told["severity"]), (&json!("Dan: I need help"), &json!("critical")));
    let told_html = told["html"].as_str().unwrap();
    assert!(told_html.contains("My *leg* is broken") && told_html.contains("+43 1 234"), "{told_html}");
    assert!(told_html.contains(&format!("/admin/posts/{post}/roster")), "{told_html}");
    let call = told["post"].as_i64().unwrap();
    assert_eq!(of_pat.next("post").await.data["post"], call);
    assert_eq!(ann.gets(&format!("/posts/{call}/telling")).await.status, 200, "it may ring");
    assert_eq!(eve.gets(&format!("/posts/{call}")).await.status, 404, "nobody else");
    assert_eq!(boss.gets(&format!("/posts/{call}")).await.status, 404);
    eve.answers(post, SAFE, "", "").await;
    assert_eq!(bea.calls_of(post).await, ["Dan"]);
    let id = id_of(&app, "Dan").await;
    let mut of_dan = dan.opens_stream().await;
    let nobody = "<p class=\"ask-taken\" hidden>";
    assert!(dan.gets(&format!("/posts/{post}")).await.text.contains(nobody));

    assert_eq!(eve.takes(post, id).await.status, 404);
    let taken = ann.takes(post, id).await;
    assert_eq!(taken.status, 303, "{taken:?}");
    assert!(ann.gets(taken.location()).await.text.contains("You have taken it"));
    assert_eq!(bea.calls_of(post).await, ["Dan by Ann"]);
    for path in ["/", &format!("/posts/{post}")] {
        let page = dan.gets(path).await.text;
        assert!(
            page.contains("<p class=\"ask-taken\"><bdi>Ann</bdi> has taken your call for help."),
            "{page}"
        );
    }
    while of_dan.next("receipts").await.data["posts"][post.to_string()]["taken_by"] != "Ann" {}
    let late = bea.takes(post, id).await;
    assert!(
        bea.gets(late.location()).await.text.contains("Taken by \u{2068}Ann\u{2069}")
            || bea.gets(late.location()).await.text.contains("Taken by Ann")
    );
    let asked = bea.request(reqwest::Method::POST, &format!("/admin/posts/{post}/people/{id}/taking"));
    let answer = Page::read(asked.header("Accept", "application/json").send().await.unwrap()).await;
    assert_eq!((answer.status, &answer.json()["title"]), (409, &json!("Taken by Ann")));
    let over = of_pat.next("change").await.data;
    assert_eq!((&over["post"], &over["resolution"]["note"]), (&json!(call), &json!("Taken by Ann")));
    loop {
        // She is told of the call, too.
        let event = roster.next_event().await.unwrap();
        if event.name != "roster" {
            continue;
        }
        let told = event.data;
        if let Some(one) = told["people"].as_array().unwrap().iter().find(|one| one["taken"].is_object()) {
            assert_eq!((&one["name"], &one["taken"]["by"]), (&json!("Dan"), &json!("Ann")));
            break;
        }
    }

    assert!(bea.gives_back(post, id).await.location().contains("?has="), "it is not hers");
    assert_eq!(ann.gives_back(post, id).await.status, 303);
    assert_eq!(bea.calls_of(post).await, ["Dan"]);
    assert!(dan.gets(&format!("/posts/{post}")).await.text.contains(nobody));
    while of_dan.next("receipts").await.data["posts"][post.to_string()]["taken_by"] == "Ann" {}
    let again = loop {
        let told = of_pat.next_news().await.data;
        if told["again"] == true {
            break told;
        }
    };
    assert_eq!(again["post"], call);
    assert_eq!(bea.takes(post, id).await.status, 303);
    let record = pat.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    let acts = record["acts"].as_array().unwrap();
    let told: Vec<_> = acts
        .iter()
        .map(|act| [&act["act"], &act["who"], &act["by"]])
        .map(|one| one.map(|one| one.as_str().unwrap_or("-")))
        .collect();
    assert_eq!(
        told,
        [
            ["answered", "Dan", "-"],
            ["answered", "Eve", "-"],
            ["help-taken", "Dan", "Ann"],
            ["help-given-back", "Dan", "Ann"],
            ["help-taken", "Dan", "Bea"],
        ]
    );
    let audit = boss.gets("/admin/audit?act=call-take").await.text;
    assert!(
        audit.contains(&format!("post {post}")) && !audit.contains("Dan"),
        "not who needed help: {audit}"
    );
}

#[tokio::test]
async fn a_call_ends_when_its_caller_says_otherwise_and_says_what_they_say_now() {
    let app = TestApp::start().await;
    let pat = app.publisher("pat").await;
    let (dan, eve) = (app.member("Dan").await, app.member("Eve").await);
    let post = pat.publishes(asks_who_is_safe()).await;

    dan.answers(post, HELP, "Floor 3", "1").await;
    dan.answers(post, HELP, "Floor 4", "1").await;
    let page = pat.gets("/").await.text;
    assert!(page.contains("Floor 4") && !page.contains("Floor 3"), "{page}");
    assert_eq!(titles(&pat).await.iter().filter(|title| title.starts_with("Dan")).count(), 1);
    dan.answers(post, SAFE, "", "").await;
    assert!(pat.calls_of(post).await.is_empty());
    assert_eq!(pat.takes(post, id_of(&app, "Dan").await).await.status, 404, "they need none");
    let page = pat.gets("/").await.text;
    assert!(page.contains("alert over") && page.contains("I am safe"), "{page}");
    dan.answers(post, HELP, "", "1").await;
    assert_eq!(titles(&pat).await.iter().filter(|title| title.starts_with("Dan")).count(), 2, "a new one");
    eve.answers(post, HELP, "", "2").await;
    assert_eq!(pat.calls_of(post).await, ["Dan", "Eve"]);
    pat.takes(post, id_of(&app, "Dan").await).await;
    assert_eq!(pat.calls_of(post).await, ["Eve", "Dan by pat"], "whom nobody has taken first");
}

#[tokio::test]
async fn of_two_who_take_it_at_once_one_has_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let dan = app.member("Dan").await;
    let mut crew = Vec::new();
    for name in ["A1", "A2", "A3", "A4"] {
        crew.push(app.member(name).await);
    }
    makes_group(&boss, "Safety", &["A1", "A2", "A3", "A4"]).await;
    let post = boss.publishes(asks_who_is_safe().to(&["Dan"]).with("coordinators", "Safety")).await;
    dan.answers(post, HELP, "", "1").await;
    let id = id_of(&app, "Dan").await;

    let all = futures_util::future::join_all(crew.iter().map(|one| one.takes(post, id))).await;

    assert_eq!(all.iter().filter(|page| page.location().contains("done=taken")).count(), 1, "{all:?}");
    assert_eq!(all.iter().filter(|page| page.location().contains("has=")).count(), 3, "{all:?}");
}

#[tokio::test]
async fn many_at_one_moment_are_told_in_one_alert_which_ends_with_the_last() {
    let app = TestApp::start().await;
    let pat = app.publisher("pat").await;
    let mut people = Vec::new();
    for at in 0..12 {
        people.push(app.member(&format!("P{at:02}")).await);
    }
    let post = pat.publishes(asks_who_is_safe()).await;

    let all = people.iter().map(|one| one.answers(post, HELP, "", "1"));
    futures_util::future::join_all(all).await;

    assert_eq!(pat.calls_of(post).await.len(), 12);
    let told = titles(&pat).await;
    assert!(told.len() < 13, "{told:?}");
    assert!(told.iter().any(|title| title.contains("people need help")), "{told:?}");
    for at in 0..12 {
        pat.takes(post, id_of(&app, &format!("P{at:02}")).await).await;
    }
    let page = pat.gets("/").await.text;
    let open = tags(&page, "<article").filter(|tag| !tag.contains(" over")).count();
    assert_eq!(open, 1, "the post itself alone goes on: {page}");
}

#[tokio::test]
async fn a_program_reads_calls_takes_them_and_answers_for_people() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    let program = Program::of(&app, "pat", "publish").await;
    let other = Program::of(&app, "pat", "publish").await;
    let asks = json!({
        "kind": "alert", "severity": "critical", "title": "Fire", "audience": { "people": ["Ann", "Ben"] },
        "answers": ["I am safe", "I need help"], "answer_kinds": ["fine", "help"], "telephone": true,
    });
    let post = program.sends(&asks).await.json()["id"].as_i64().unwrap();
    let (ann_id, ben_id) = (id_of(&app, "Ann").await, id_of(&app, "Ben").await);
    let call = async |program: &Program, method: &str, path: &str, body: Option<serde_json::Value>| {
        let request = program.request(method.parse().unwrap(), &format!("/api/v1/posts/{post}/{path}"));
        let request = if let Some(body) = body { request.json(&body) } else { request };
        Page::read(request.send().await.unwrap()).await
    };
    let answer = format!("people/{ann_id}/answer");
    let help = json!({ "answer": "I need help", "note": "In the lift" });

    for _ in 0..2 {
        assert_eq!(call(&program, "PUT", &answer, Some(help.clone())).await.status, 204);
    }
    assert_eq!(acts(&app, post).await, ["answered-for"], "what is so already is said once");
    assert!(ann.gets(&format!("/posts/{post}")).await.text.contains("pat"), "she is told by whom");
    assert!(pat.gets("/").await.text.contains("Ann: I need help"), "and it is told as any call is");
    let calls = call(&program, "GET", "calls", None).await.json()["calls"].clone();
    assert_eq!((&calls[0]["name"], &calls[0]["answer"]), (&json!("Ann"), &json!("I need help")), "{calls}");
    assert_eq!((&calls[0]["note"], &calls[0]["answered_by"]), (&json!("In the lift"), &json!("pat")));
    let taking = format!("people/{ann_id}/taking");
    for _ in 0..2 {
        assert_eq!(call(&program, "PUT", &taking, None).await.status, 204);
    }
    let calls = call(&program, "GET", "calls", None).await.json()["calls"].clone();
    assert_eq!(calls[0]["taken_by"], "pat", "{calls}");
    assert_eq!(call(&program, "DELETE", &taking, None).await.status, 204);
    assert_eq!(ann.answers(post, "0", "", "").await.status, 303);
    assert_eq!(call(&program, "PUT", &taking, None).await.status, 404, "she is safe");
    let refused = call(&program, "PUT", &answer, Some(help.clone())).await;
    assert_eq!((refused.status, &refused.json()["type"]), (409, &json!("/api#own-answer")));
    assert_eq!(call(&program, "GET", "calls", None).await.json()["calls"], json!([]));
    assert_eq!(ben.answers(post, "1", "My arm", "+43 1").await.status, 303);

    for (path, body) in [("calls", None), (&*format!("people/{ben_id}/taking"), None), (&answer, Some(help))]
    {
        let method = if path == "calls" { "GET" } else { "PUT" };
        let answer = call(&other, method, path, body).await;
        assert_eq!(answer.status, 404, "another token of the same person: {answer:?}");
    }
    pat.posts(&format!("/admin/posts/{post}/resolution"), &[("note", "")]).await;
    let late = json!({ "answer": "I am safe" });
    assert_eq!(call(&program, "PUT", &answer, Some(late)).await.status, 404, "it asks no more");
}
