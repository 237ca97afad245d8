//! What the server publishes about a post is nobody's: whom it is for, what it says while answers come, and who ends it.

use super::{answering::asks_who_is_safe, calls::id_of};
use crate::support::{Person, TestApp, makes_group};

const SAFE: &str = "0";
const HELP: &str = "2";

/// The alert that tells of this person's call, as the database has it.
async fn call_of(app: &TestApp, post: i64, name: &str) -> i64 {
    let asked = format!(
        "SELECT call_id FROM receipts JOIN users ON users.id = user_id WHERE post_id = {post} AND name = '{name}'"
    );
    app.asks_database(&asked).await.try_get_by_index(0).unwrap()
}

async fn shows(person: &Person, post: i64) -> String {
    let page = person.gets(&format!("/posts/{post}")).await;
    assert_eq!(page.status, 200, "{page:?}");
    page.text
}

/// Has these call for help, told in one alert as those of one moment are.
async fn call_together(app: &TestApp, post: i64, people: &[&Person], names: &[&str]) -> i64 {
    for person in people {
        assert_eq!(person.answers(post, HELP, "Floor", "+43 1").await.status, 303);
    }
    let call = call_of(app, post, names[0]).await;
    app.sql(&format!("UPDATE receipts SET call_id = {call} WHERE post_id = {post}")).await;
    call
}

#[tokio::test]
async fn who_calls_for_help_has_nothing_of_the_alert_that_tells_of_it() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let pat = app.publisher("pat").await;
    let (dan, mia) = (app.member("Dan").await, app.publisher("mia").await);
    makes_group(&boss, "Safety", &["boss"]).await;
    let post = pat.publishes(asks_who_is_safe().with("coordinators", "Safety")).await;
    mia.answers(post, HELP, "Floor 3", "+43 1").await;
    dan.answers(post, HELP, "Floor 4", "+43 2").await;
    let call = call_of(&app, post, "mia").await;
    let path = format!("/admin/posts/{call}");

    for person in [&mia, &dan] {
        for page in [format!("/posts/{call}"), format!("/posts/{call}/revisions"), format!("{path}/edit")] {
            assert_eq!(person.gets(&page).await.status, 404, "{page}");
        }
        assert_eq!(person.posts(&format!("{path}/withdrawal"), &[("reason", "")]).await.status, 404);
        let seen = format!("{}{}", person.gets("/").await.text, person.gets("/admin/posts").await.text);
        assert!(!seen.contains("need help\"") && !seen.contains(&format!("/posts/{call}\"")), "{seen}");
    }
    assert!(shows(&pat, call).await.contains("Tidings"), "by whom it is");
    assert_eq!(pat.gets(&format!("{path}/edit")).await.status, 404, "nor is it who wrote the post's");
    assert_eq!(pat.posts(&format!("{path}/withdrawal"), &[("reason", "")]).await.status, 404);
    assert!(!pat.gets("/admin/posts").await.text.contains("mia"), "{call}");
    let audit = boss.gets("/admin/audit?act=publish").await.text;
    assert!(audit.contains("by the server") && !audit.contains("<bdi>mia</bdi>"), "{audit}");

    assert!(shows(&boss, call).await.contains(&format!("action=\"{path}/resolution\"")), "admins end it");
    assert_eq!(boss.gets(&format!("{path}/edit")).await.status, 404);
    let done = boss.posts(&format!("{path}/withdrawal"), &[("reason", "")]).await;
    assert_eq!((done.status, done.location()), (303, "/?done=withdrawn"));
    mia.answers(post, HELP, "Floor 5", "+43 1").await;
    let anew = call_of(&app, post, "mia").await;
    assert!(anew != call && shows(&boss, anew).await.contains("Floor 5"), "a further call is told anew");
    assert_eq!(boss.posts(&format!("/admin/posts/{anew}/resolution"), &[("note", "")]).await.status, 303);
    mia.answers(post, HELP, "Floor 6", "+43 1").await;
    assert!(shows(&pat, call_of(&app, post, "mia").await).await.contains("Floor 6"));
}

#[tokio::test]
async fn an_alert_of_several_calls_says_who_waits_still() {
    let app = TestApp::start().await;
    let pat = app.publisher("pat").await;
    let names = ["Ann", "Ben", "Cay", "Dan"];
    let mut people = Vec::new();
    for name in names {
        people.push(app.member(name).await);
    }
    let post = pat.publishes(asks_who_is_safe()).await;
    let all: Vec<_> = people.iter().collect();
    let call = call_together(&app, post, &all, &names).await;

    people[1].answers(post, HELP, "Floor 7", "+43 1").await;
    let text = shows(&pat, call).await;
    assert!(text.contains("4 people need help") && text.contains("Ann, Ben, Cay, Dan"), "{text}");
    people[0].answers(post, SAFE, "", "").await;
    let text = shows(&pat, call).await;
    assert!(text.contains("3 people need help") && text.contains("Ben, Cay, Dan"), "{text}");
    let take = async |name: &str| {
        let id = id_of(&app, name).await;
        pat.posts(&format!("/admin/posts/{post}/people/{id}/taking"), &[]).await
    };
    take("Cay").await;
    take("Dan").await;
    let text = shows(&pat, call).await;
    assert!(text.contains("Ben: I need help") && text.contains("Floor 7"), "one is told of by name: {text}");
    assert!(!text.contains("already over") && !text.contains("Taken by"), "{text}");
    take("Ben").await;
    assert!(shows(&pat, call).await.contains("Taken by pat"));
    let id = id_of(&app, "Cay").await;
    pat.posts(&format!("/admin/posts/{post}/people/{id}/taking/removal"), &[]).await;
    assert!(shows(&pat, call).await.contains("Cay: I need help"), "what is given back waits again");
}

#[tokio::test]
async fn with_a_withdrawn_post_its_calls_are_over_and_never_said_its_title() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, _cora, dan) = (app.publisher("pat").await, app.member("cora").await, app.member("Dan").await);
    makes_group(&boss, "Care", &["cora"]).await;
    let post = pat.publishes(asks_who_is_safe().with("coordinators", "Care")).await;
    dan.answers(post, HELP, "Floor 3", "+43 1").await;
    let call = call_of(&app, post, "Dan").await;
    let said = async || {
        let said = format!("SELECT title || body || html FROM posts WHERE id = {call}");
        let said: String = app.asks_database(&said).await.try_get_by_index(0).unwrap();
        said
    };
    assert!(!said().await.contains("Fire in building C"));

    pat.posts(&format!("/admin/posts/{post}/withdrawal"), &[("reason", "")]).await;

    let text = shows(&pat, call).await;
    assert!(text.contains("The post was withdrawn"), "{text}");
    assert!(!said().await.contains("Fire in building C"));
}

#[tokio::test]
async fn who_may_not_post_any_more_is_told_of_no_call_and_the_admins_are() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (pat, dan) = (app.publisher("pat").await, app.member("Dan").await);
    let post = pat.publishes(asks_who_is_safe()).await;
    assert!(pat.gets("/admin/posts").await.text.contains("/roster\""));
    let id = id_of(&app, "pat").await;
    boss.posts(&format!("/admin/people/{id}/role"), &[("role", "member")]).await;
    let pat = app.signs_in("pat").await;

    dan.answers(post, HELP, "Floor 3", "+43 1").await;

    let call = call_of(&app, post, "Dan").await;
    assert_eq!(pat.gets(&format!("/posts/{call}")).await.status, 404);
    assert!(shows(&boss, call).await.contains("Floor 3"), "somebody is told");
    let text = pat.gets("/admin/posts").await.text;
    assert!(text.contains(&format!("/posts/{post}\"")), "it is theirs: {text}");
    for word in ["/roster\"", "need help", "/edit\"", "/withdrawal\""] {
        assert!(!text.contains(word), "{word}: {text}");
    }
}
