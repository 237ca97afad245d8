//! What a post offers as answers: who gives which, in place of which, and what is asked of who needs help.

use reqwest::Method;
use serde_json::json;

use super::acknowledging::acts;
use crate::support::{Draft, Page, Person, Program, TestApp};

/// “Are you safe?”, to be answered by everyone.
pub fn asks_who_is_safe() -> Draft {
    Draft::alert("critical", "Fire in building C")
        .and("answers", "I am safe")
        .and("answer_kinds", "fine")
        .and("answers", "I am not on site")
        .and("answer_kinds", "neutral")
        .and("answers", "I need help")
        .and("answer_kinds", "help")
        .and("answers", "")
        .and("answer_kinds", "neutral")
        .with("telephone", "on")
}

impl Person {
    /// Answers as a form does.
    pub async fn answers(&self, post: i64, answer: &str, note: &str, telephone: &str) -> Page {
        let fields = [("answer", answer), ("note", note), ("telephone", telephone)];
        self.posts(&format!("/posts/{post}/answer"), &fields).await
    }
}

#[tokio::test]
async fn one_click_answers_and_another_answer_takes_its_place() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(asks_who_is_safe()).await;
    let feed = ann.reads_feed().await;
    for words in ["I am safe", "I am not on site", "I need help", "Please choose your answer."] {
        assert!(feed.row(post).contains(words), "{words}: {}", feed.row(post));
    }
    assert_eq!(feed.row(post).matches("name=\"answer\"").count(), 3, "an empty one is none");

    let answer = ann.answers(post, "0", "", "").await;

    assert_eq!((answer.status, answer.location()), (303, "/"));
    let page = ann.gets(&format!("/posts/{post}")).await;
    assert!(page.text.contains("You answered: <bdi>I am safe</bdi>, <time"), "{}", page.text);
    assert!(page.text.contains("Change"), "{}", page.text);
    assert_eq!(ann.answers(post, "1", "Back tomorrow", "").await.status, 303);
    assert!(ann.reads_feed().await.row(post).contains("You answered: <bdi>I am not on site</bdi>"));
    assert_eq!(acts(&app, post).await, ["answered", "answered"]);
    assert_eq!(ann.has_seen(post, "").await, 404, "it asks for an answer, and for nothing less");
}

#[tokio::test]
async fn who_needs_help_says_by_which_number_and_stands_first() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, ben) = (app.member("Ann").await, app.member("Ben").await);
    app.member("Cay").await;
    let post = boss.publishes(asks_who_is_safe()).await;
    ann.answers(post, "0", "", "").await;

    let refused = ben.answers(post, "2", "I am <b>stuck</b>", "").await;

    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Say by which number you can be called."), "{}", refused.text);
    assert!(refused.text.contains("value=\"I am &#60;b&#62;stuck&#60;/b&#62;\""), "{}", refused.text);
    for (answer, note, telephone) in
        [("3", "", "1"), ("", "", "1"), ("x", "", "1"), ("2", "a\nb", "1"), ("0", "", "call me")]
    {
        assert_eq!(
            ben.answers(post, answer, note, telephone).await.status,
            422,
            "{answer} {note} {telephone}"
        );
    }
    let asked = ben.acts(&format!("/posts/{post}/answer"), &[("answer", "2")]).await;
    assert_eq!((asked.status, asked.header("content-type")), (422, "application/problem+json"));
    assert_eq!(ben.answers(post, "2", "In the cellar", "+43 1 234").await.status, 303);

    let roster = boss.gets(&format!("/admin/posts/{post}/roster")).await.text;
    let place = |words: &str| roster.find(words).unwrap_or_else(|| panic!("{words}: {roster}"));
    assert!(place("Needs help") < place("<table"), "before everything");
    assert!(place("href=\"tel:+431234\"") < place("<table"));
    assert!(roster.contains("In the cellar") && roster.contains("I am safe"));
    let helped = boss.gets(&format!("/admin/posts/{post}/roster?answer=2")).await.text;
    assert_eq!(helped.matches("<tr data-person=").count(), 1);
    let table = boss.gets(&format!("/admin/posts/{post}/roster.csv")).await.text;
    assert!(table.contains("\"I need help\",\"In the cellar\",\"'+43 1 234\""), "{table}");
}

#[tokio::test]
async fn other_devices_are_told_which_answer_it_is() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("Ann").await;
    let post = boss.publishes(asks_who_is_safe()).await;
    let mut stream = ann.opens_stream().await;
    stream.next("receipts").await;

    let request = ann.request(Method::POST, &format!("/posts/{post}/answer"));
    let request = request.header("Accept", "application/json").form(&[("answer", "1"), ("key", "a")]);
    assert_eq!(request.send().await.unwrap().status(), 204);

    let told = stream.next("receipts").await.data["posts"][post.to_string()].clone();
    assert_eq!((&told["answer"], told["acknowledged"].is_string()), (&json!(1), true));
}

#[tokio::test]
async fn what_is_offered_is_two_answers_or_more_each_another() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let long = "x".repeat(61);
    for answers in [&["One"][..], &["Same", "Same"], &["a", &long], &["1", "2", "3", "4", "5", "6", "7"]] {
        let draft = answers.iter().fold(Draft::news("A"), |draft, answer| draft.and("answers", answer));
        let refused = boss.sends(&draft).await;
        assert_eq!(refused.status, 422, "{answers:?}");
        assert!(
            refused.text.contains("href=\"#answers\"") && refused.text.contains("id=\"answers-problem\"")
        );
        assert!(refused.text.contains(&format!("value=\"{}\"", answers[0])), "what was typed is kept");
    }
}

#[tokio::test]
async fn a_program_asks_and_reads_the_answers() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("Ann").await;
    let program = Program::of(&app, "boss", "publish,stream").await;
    let post = json!({ "kind": "alert", "severity": "critical", "title": "Safe?", "audience": "everyone",
        "answers": ["Safe", "Help"], "answer_kinds": ["fine", "help"], "telephone": true });

    let id = program.sends(&post).await.json()["id"].as_i64().unwrap();
    ann.answers(id, "1", "", "1234").await;

    let read = program.gets(&format!("/api/v1/posts/{id}")).await.json();
    assert_eq!(
        read["answers"],
        json!([{ "text": "Safe", "kind": "fine" }, { "text": "Help", "kind": "help" }])
    );
    let roster = program.gets(&format!("/api/v1/posts/{id}/roster")).await.json();
    assert_eq!(roster["answers"][1], json!({ "answer": "Help", "kind": "help", "people": 1 }));
    let person = &roster["people"][0];
    assert_eq!((&person["answer"], &person["telephone"]), (&json!("Help"), &json!("1234")));
}
