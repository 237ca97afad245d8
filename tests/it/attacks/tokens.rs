//! Tokens and sessions where they do not belong.

use reqwest::Method;

use crate::support::{Page, Program, TestApp, news};

#[tokio::test]
async fn a_token_in_the_wrong_scope() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let publishes = Program::of(&app, "boss", "publish").await;
    let listens = Program::of(&app, "boss", "stream").await;

    for path in ["/api/v1/posts", "/api/v1/posts/1", "/api/v1/stream"] {
        assert_eq!(publishes.gets(path).await.status, 403, "{path}");
    }
    assert_eq!(listens.sends(&news("Not by this one")).await.status, 403);
    // On pages a token is nothing, whoever owns it.
    for program in [&publishes, &listens] {
        let mut pages = vec![];
        for path in ["/", "/posts/1", "/admin/people", "/admin/tokens"] {
            pages.push(program.gets(path).await);
        }
        let form = program.request(Method::POST, "/admin/posts").header("Origin", &app.url);
        pages.push(Page::read(form.form(&[("title", "x")]).send().await.unwrap()).await);
        assert!(pages.iter().all(|page| page.text.contains("action=\"/login\"")), "{pages:?}");
        assert_eq!(program.gets("/stream").await.status, 204);
        // Nor is it one anywhere but in its header: addresses end up in logs.
        for path in ["access_token", "token", "authorization"]
            .map(|name| format!("/api/v1/posts?{name}={}", program.token))
        {
            assert_eq!(app.visitor().gets(&path).await.status, 401, "{path}");
        }
        for name in ["sid".to_owned(), app.cookie().await] {
            let as_cookie = app.visitor().with_cookies(&format!("{name}={}", program.token));
            assert!(!as_cookie.is_signed_in().await);
        }
    }
    // And a session is nothing to the API, so that no other site can use it there.
    assert_eq!(boss.gets("/api/v1/posts").await.status, 401);
    let forged = boss.request(Method::POST, "/api/v1/posts").json(&news("By cookie")).send().await.unwrap();
    assert_eq!(forged.status(), 401);
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0]);
}
