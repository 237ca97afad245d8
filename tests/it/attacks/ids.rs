//! Numbers of what belongs to others, in addresses.

use reqwest::Method;
use tidings::{
    route::{RouteLine, Who},
    routes,
};

use crate::support::{Draft, Page, Person, Program, TestApp, attribute, makes_wall, tags};

#[tokio::test]
async fn idor_on_every_id_in_an_address() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let (ann, eve) = (app.member("ann").await, app.publisher("eve").await);
    // Whatever is numbered, the first of it is boss's.
    let bosss = Program::of(&app, "boss", "publish,stream").await;
    boss.publishes(Draft::alert("warning", "For boss alone").to(&["boss"])).await;
    assert_eq!(boss.posts("/admin/groups", &[("name", "Night shift")]).await.status, 303);
    assert_eq!(boss.posts("/admin/groups/1/members", &[("people", "boss")]).await.status, 303);
    let invitation = [("name", "zoe"), ("role", "admin")];
    assert_eq!(boss.posts("/admin/invitations", &invitation).await.status, 303);
    let card = serde_json::json!({ "board": "1", "value": 1 });
    assert_eq!(Program::of(&app, "boss", "cards").await.sets("c", &card).await.status, 201);
    app.opens_wall(&makes_wall(&boss, "1", &[]).await).await;
    let key = session_of(&app, &boss).await;
    let listens =
        [Program::of(&app, "ann", "stream").await, Program::of(&app, "eve", "publish,stream").await];
    let before = state(&boss).await;

    for line in routes::routes().into_iter().filter(|line| line.path.contains(':')) {
        let path = line
            .path
            .replace(":id", "1")
            .replace(":person", "1")
            .replace(":key", &key)
            .replace(":secret", "1");
        let path = path.replace(":slug", "1");
        for person in [&ann, &eve] {
            let status = asks(person, &line, &path).await;
            let wanted = match line.who {
                Who::Admin => 403,
                Who::Publisher if person.name == ann.name => 403,
                Who::StreamToken | Who::PublishToken | Who::CardsToken => 401,
                // Of a wall that is another screen's nobody learns whether it is there.
                Who::Anyone if path.ends_with("/stream") => 204,
                Who::Anyone if path.starts_with("/wall") => 410,
                _ => 404,
            };
            assert_eq!(status, wanted, "{} {path} as {}", line.method, person.name);
        }
        for (program, may_publish) in listens.iter().zip([false, true]) {
            let wanted = match line.who {
                Who::PublishToken if !may_publish => 403,
                Who::CardsToken => 403,
                Who::StreamToken | Who::PublishToken => 404,
                Who::Anyone if path.ends_with("/stream") => 204,
                Who::Anyone if path.starts_with("/wall") => 410,
                Who::Anyone => 404,
                _ => 303,
            };
            let request = program.request(line.method.clone(), &path).header("Origin", &app.url);
            let body = match path.rsplit('/').next() {
                Some("pin") => serde_json::json!({ "until": "2999-12-24T08:00" }),
                Some("answer") => serde_json::json!({ "answer": "Fine" }),
                _ => serde_json::json!({}),
            };
            let request = request.json(&body);
            let page = Page::read(without_redirect(&app, request).await).await;
            assert_eq!(page.status, wanted, "{} {path} with a token: {page:?}", line.method);
        }
    }

    assert_eq!(state(&boss).await, before, "nothing of it was changed");
    assert_eq!(
        bosss.gets("/api/v1/posts/1").await.status,
        200,
        "the post and the token are boss's as before"
    );
}

/// The numbers that pages and lists are asked to go on from give nobody more to see.
#[tokio::test]
async fn idor_on_the_ids_that_lists_go_on_from() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;
    let program = Program::of(&app, "ann", "stream").await;
    let cursor = boss.reads_feed().await.cursor;
    boss.publishes(Draft::news("For boss alone").to(&["boss"])).await;
    let last = boss.publishes(Draft::news("For everyone")).await;

    assert!(!ann.gets("/?before=2").await.text.contains("For boss alone"));
    assert!(!program.gets("/api/v1/posts?before=2").await.text.contains("For boss alone"));
    assert_eq!(ann.follows(&cursor).await.next_post().await, last);
    assert_eq!(program.follows(&cursor).await.next_post().await, last);
    for path in ["/admin/audit?before=9", "/admin/audit.csv?name=boss", "/admin/people/1"] {
        assert_eq!(ann.gets(path).await.status, 403, "{path}");
    }
}

async fn asks(person: &Person, line: &RouteLine, path: &str) -> u16 {
    if line.method == Method::GET {
        return person.gets(path).await.status;
    }
    if line.method != Method::POST {
        return person.request(line.method.clone(), path).send().await.unwrap().status().as_u16();
    }
    let fields = [
        ("role", "admin"),
        ("access", "disabled"),
        ("password", "a long good password"),
        ("name", "Mine"),
        ("people", "ann"),
    ];
    person.posts(path, &fields).await.status
}

/// A visitor's request with a program's header, which leads on to the sign-in.
async fn without_redirect(app: &TestApp, request: reqwest::RequestBuilder) -> reqwest::Response {
    let request = request.build().unwrap();
    let mut same = app.visitor().bare_request(request.method().clone(), request.url().path());
    same = same.headers(request.headers().clone());
    if let Some(body) = request.body().and_then(|body| body.as_bytes()) {
        same = same.body(body.to_vec());
    }
    same.send().await.unwrap()
}

/// By which a session of theirs is ended from elsewhere.
async fn session_of(app: &TestApp, person: &Person) -> String {
    let page = app.signs_in(&person.name).await.gets("/account").await.text;
    let actions = tags(&page, "<form").map(|tag| attribute(tag, "action"));
    let key = actions.filter_map(|action| action.split('/').nth(3)).find(|key| key.len() == 64);
    key.expect("the other session").to_owned()
}

/// What the attack is after, as the admin sees it.
async fn state(boss: &Person) -> Vec<String> {
    let mut pages = vec![];
    for path in ["/posts/1", "/admin/people/1", "/admin/groups/1", "/admin/invitations"] {
        let page = boss.gets(path).await;
        assert_eq!(page.status, 200, "{path}");
        pages.push(page.text);
    }
    pages
}
