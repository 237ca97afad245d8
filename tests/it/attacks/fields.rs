//! Fields that no form has, for a server that would take over whatever comes.

use reqwest::Method;
use serde_json::json;

use crate::support::{Draft, Page, Program, Role, TestApp, new_word, news};

#[tokio::test]
async fn mass_assignment_in_the_form_of_posts() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, eve) = (app.member("ann").await, app.publisher("eve").await);
    assert_eq!(boss.posts("/admin/groups", &[("name", "Night shift")]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups/1/members", &[("people", "ann")]).await.status, 303);
    let smuggled = [
        ("id", "77"),
        ("author", "boss"),
        ("author_id", "1"),
        ("user_id", "1"),
        ("published_ms", "1"),
        ("html", "<script>alert(1)</script>"),
        ("groups", "Night shift"),
        ("everyone", "true"),
    ];
    let draft = smuggled.iter().fold(Draft::news("Mine"), |draft, (name, value)| draft.and(name, value));

    assert_eq!(eve.posts("/admin/posts/draft", &draft.fields()).await.status, 200);
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0], "a preview saves nothing");
    let post = eve.publishes(draft.to(&["boss"]).with("audience", "people")).await;

    assert_ne!(post, 77);
    let page = boss.gets(&format!("/posts/{post}")).await.text;
    assert!(page.contains("<bdi class=\"author\">eve</bdi>"), "it is hers: {page}");
    assert!(!page.contains("alert(1)") && !page.contains("1970"), "{page}");
    assert_eq!(ann.reads_feed().await.posts, [] as [i64; 0], "it is for boss, as the form says");
}

#[tokio::test]
async fn mass_assignment_in_a_programs_post() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "publish").await;

    for (name, value) in [
        ("id", json!(77)),
        ("author", json!("ann")),
        ("user_id", json!(2)),
        ("published_ms", json!(1)),
        ("published_at", json!("1970-01-01T00:00:00Z")),
        ("html", json!("<script>alert(1)</script>")),
        ("recipients", json!(["ann"])),
        ("__proto__", json!({ "audience": "everyone" })),
    ] {
        let mut post = news("x");
        post[name] = value;
        let refused = program.sends(&post).await;
        assert!(matches!(refused.status, 400 | 422), "{name}: {refused:?}");
    }
    let both = json!({ "kind": "news", "title": "x", "audience": { "people": ["boss"], "groups": ["x"] } });
    assert!(matches!(program.sends(&both).await.status, 400 | 422));

    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
    program.publishes("Without them").await;
}

#[tokio::test]
async fn mass_assignment_in_the_forms_of_setup_roles_and_signing_out() {
    let app = TestApp::start().await;
    let (token, password) = (app.setup_link().await.split_once('=').unwrap().1.to_owned(), new_word());
    let setup = [
        ("token", token.as_str()),
        ("username", "boss"),
        ("password", &password),
        ("role", "member"),
        ("id", "77"),
        ("disabled", "true"),
    ];
    assert_eq!(app.visitor().posts("/setup", &setup).await.status, 303);
    app.remembers("boss", &password);
    let boss = app.signs_in("boss").await;
    assert_eq!(boss.gets("/admin/people/1").await.status, 200, "an admin, and the first");

    app.signs_up("ann", Role::Member).await;
    let role = [
        ("role", "publisher"),
        ("id", "1"),
        ("user_id", "1"),
        ("username", "eve"),
        ("name", "eve"),
        ("password", "a long good password"),
        ("access", "disabled"),
        ("disabled", "true"),
    ];
    assert_eq!(boss.posts("/admin/people/2/role", &role).await.status, 303);
    assert_eq!(boss.gets("/admin/people").await.status, 200, "still an admin");
    let ann = app.signs_in("ann").await;
    assert_eq!(ann.session().await["user"]["name"], "ann");
    assert_eq!(
        (ann.gets("/admin/posts/new").await.status, ann.gets("/admin/people").await.status),
        (200, 403)
    );

    let out = [("user", "1"), ("user_id", "1"), ("name", "boss"), ("next", "https://evil.example/")];
    let page = ann.request(Method::POST, "/logout").form(&out).send().await.unwrap();
    assert_eq!(Page::read(page).await.location(), "/login");
    assert!(boss.is_signed_in().await && !ann.is_signed_in().await);
}
