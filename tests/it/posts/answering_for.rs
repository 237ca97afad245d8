//! Answering for who has no screen.

use serde_json::json;

use super::{acknowledging::asks, answering::asks_who_is_safe, calls::id_of};
use crate::support::{Draft, Page, Person, TestApp, makes_group};

const SAFE: &str = "0";
const AWAY: &str = "1";
const HELP: &str = "2";

impl Person {
    async fn answers_for(&self, post: i64, person: i64, answer: &str, note: &str, key: &str) -> Page {
        let fields = [("answer", answer), ("note", note), ("key", key)];
        self.posts(&format!("/admin/posts/{post}/people/{person}/answer"), &fields).await
    }
}

#[tokio::test]
async fn a_coordinator_answers_for_somebody_who_is_told_and_whose_own_answer_counts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (anna, dmitri, eve) = (app.member("Anna").await, app.member("Dmitri").await, app.member("Eve").await);
    makes_group(&boss, "Safety", &["Anna"]).await;
    let post = pat.publishes(asks_who_is_safe().to(&["Dmitri", "Eve"]).with("coordinators", "Safety")).await;
    let id = id_of(&app, "Dmitri").await;
    dmitri.marks(post, true).await;
    let mut stream = dmitri.opens_stream().await;
    stream.says_unread(0).await;

    let form = anna.gets(&format!("/admin/posts/{post}/people/{id}/answer")).await;
    assert!(
        form.text.contains("I am not on site") && !form.text.contains("I have seen this</button>"),
        "{form:?}"
    );
    assert_eq!(eve.answers_for(post, id, SAFE, "", "a").await.status, 404);
    let refused = anna.answers_for(post, id, "7", "kept", "a").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("value=\"kept\""), "{refused:?}");
    let fields = [("answer", HELP), ("telephone", "none"), ("key", "a")];
    let refused = anna.posts(&format!("/admin/posts/{post}/people/{id}/answer"), &fields).await;
    assert!(refused.text.contains("Enter a telephone number") && !refused.text.contains("you can be called"));
    for _ in 0..2 {
        let done = anna.answers_for(post, id, AWAY, "He called", "b").await;
        assert!(anna.gets(done.location()).await.text.contains("Entered. They are told."));
    }

    let audit = boss.gets("/admin/audit?act=answer-for").await.text;
    assert!(audit.contains("Anna") && audit.contains(&format!("post {post}")), "{audit}");
    assert!(!audit.contains("Dmitri") && audit.matches(&format!("post {post}")).count() == 1, "{audit}");
    let roster = anna.gets(&format!("/admin/posts/{post}/roster")).await.text;
    assert!(roster.contains("by <bdi>Anna</bdi> for <bdi>Dmitri</bdi>"), "{roster}");
    assert!(roster.contains("He called"), "{roster}");
    let told = stream.says_unread(1).await.data["posts"][post.to_string()].clone();
    assert_eq!(
        (&told["answer"], &told["answered_by"], &told["read"]),
        (&json!(1), &json!("Anna"), &json!(false))
    );
    assert!(told["reminded"].is_string(), "it rings: {told}");
    for page in [dmitri.gets("/").await, dmitri.gets(&format!("/posts/{post}")).await] {
        assert!(
            page.text.contains("<bdi>Anna</bdi> answered for you: <bdi>I am not on site</bdi>"),
            "{page:?}"
        );
    }

    assert_eq!(dmitri.answers(post, SAFE, "", "").await.status, 303);
    assert!(!dmitri.gets("/").await.text.contains("<bdi>Anna</bdi> answered for you"));
    let kept = anna.answers_for(post, id, HELP, "", "c").await;
    assert!(anna.gets(kept.location()).await.text.contains("They have answered themselves"));
    let program = anna.request(reqwest::Method::POST, &format!("/admin/posts/{post}/people/{id}/answer"));
    let program = program.header("Accept", "application/json").form(&[("answer", HELP)]);
    assert_eq!(program.send().await.unwrap().status(), 409);
    let roster = anna.gets(&format!("/admin/posts/{post}/roster")).await.text;
    assert!(!roster.contains("for <bdi>Dmitri</bdi>") && !roster.contains("data-helped"), "{roster}");
    let record = anna.gets(&format!("/admin/posts/{post}/record.json")).await.json();
    let acts = record["acts"].as_array().unwrap();
    let told: Vec<_> = acts.iter().map(|act| [&act["act"], &act["by"], &act["detail"]]).collect();
    assert_eq!(
        told,
        [
            [&json!("answered-for"), &json!("Anna"), &json!("I am not on site · He called")],
            [&json!("answered"), &json!(null), &json!("I am safe")],
            [&json!("answered-for"), &json!("Anna"), &json!("I need help")],
            [&json!("answered-for"), &json!("Anna"), &json!("I need help")],
        ]
    );
}

#[tokio::test]
async fn who_is_said_to_need_help_is_told_of_without_a_number_and_nobody_else_is_answered_for() {
    let app = TestApp::start().await;
    let pat = app.publisher("pat").await;
    let (ann, _bea) = (app.member("Ann").await, app.member("Bea").await);
    let post = pat.publishes(asks_who_is_safe().to(&["Ann"])).await;
    let (of_ann, of_bea, of_pat) =
        (id_of(&app, "Ann").await, id_of(&app, "Bea").await, id_of(&app, "pat").await);

    assert_eq!(pat.answers_for(post, of_bea, SAFE, "", "a").await.status, 404, "it did not reach her");
    assert_eq!(pat.answers_for(post, of_pat, SAFE, "", "a").await.status, 404, "nor its author");
    assert_eq!(ann.answers_for(post, of_ann, SAFE, "", "a").await.status, 404, "she is no coordinator");
    assert_eq!(pat.answers_for(post, of_ann, HELP, "Under a table", "a").await.status, 303);
    let roster = pat.gets(&format!("/admin/posts/{post}/roster")).await.text;
    assert!(roster.contains(&format!("data-helped=\"{of_ann}\"")), "{roster}");
    assert!(pat.gets("/").await.text.contains("Under a table"), "the author is told");
    pat.posts(&format!("/admin/posts/{post}/resolution"), &[]).await;
    assert_eq!(pat.answers_for(post, of_ann, SAFE, "", "b").await.status, 404, "it is over");

    let seen = pat.publishes(asks("Please read").to(&["Ann"])).await;
    let path = format!("/admin/posts/{seen}/people/{of_ann}/answer");
    assert_eq!(pat.gets(&path).await.status, 404, "“I have seen this” cannot be given for anyone");
    assert_eq!(pat.posts(&path, &[("answer", "0")]).await.status, 404);
    assert_eq!(
        pat.posts(&format!("/admin/posts/{seen}/people/{of_ann}/acknowledgement"), &[]).await.status,
        404
    );
}

#[tokio::test]
async fn the_list_to_print_has_everybody_by_group_with_boxes() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, _bea, _cay) = (app.member("Ann").await, app.member("Bea").await, app.member("Cay").await);
    makes_group(&boss, "Day", &["Ann"]).await;
    makes_group(&boss, "Night", &["Bea"]).await;
    let draft = asks_who_is_safe().to(&["Cay"]).and("groups", "Day").and("groups", "Night");
    let post = boss.publishes(draft).await;
    ann.answers(post, SAFE, "", "").await;

    let page = boss.gets(&format!("/admin/posts/{post}/sheet")).await;

    let parts: Vec<_> = page.text.split("<section class=\"sheet-part\">").skip(1).collect();
    assert_eq!(parts.len(), 3, "{page:?}");
    assert!(parts[0].contains("<bdi>Day</bdi>") && parts[0].contains("Ann") && !parts[0].contains("Bea"));
    assert_eq!((parts[0].matches('☒').count(), parts[0].matches('☐').count()), (1, 2));
    assert!(parts[1].contains("<bdi>Night</bdi>") && parts[1].contains("Bea"), "{}", parts[1]);
    assert_eq!(parts[1].matches('☐').count(), 3);
    assert!(parts[2].contains("Cay"), "{}", parts[2]);
    assert!(page.text.contains(&format!("/admin/posts/{post}/people/")), "from the list, too");
    assert!(boss.gets("/admin/audit?act=roster-export").await.text.contains("the list to print"));
    assert_eq!(ann.gets(&format!("/admin/posts/{post}/sheet")).await.status, 404);
    let news = boss.publishes(Draft::news("Plain")).await;
    assert_eq!(boss.gets(&format!("/admin/posts/{news}/sheet")).await.status, 404);
}
