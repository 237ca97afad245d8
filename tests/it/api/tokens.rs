//! Who may do what with which token.

use crate::support::{Program, Role, TestApp, news};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_its_secret_is_not_kept() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;

    let form = [("name", "jobs"), ("owner", "BOSS"), ("scope", "publish"), ("scope", "stream")];
    let made = boss.posts_and_sees("/admin/tokens", &form).await;
    let secret = &made.text[made.text.find("tid_").unwrap()..][..68];
    let shell = Program::of(&app, "boss", "publish").await.token;

    assert_eq!(made.status, 200);
    assert!(secret[4..].bytes().all(|byte| byte.is_ascii_hexdigit()), "{secret}");
    assert_eq!(shell.len(), 68);
    let list = boss.gets("/admin/tokens").await;
    assert!(list.text.contains("jobs") && !list.text.contains(secret));
    for file in std::fs::read_dir(app.folder.path()).unwrap() {
        let kept = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!kept.windows(68).any(|bytes| bytes == secret.as_bytes() || bytes == shell.as_bytes()));
    }
    assert_eq!(Program::with(&app, secret).sends(&news("By token")).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_in_the_form_for_a_token_come_back_with_what_was_typed() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let ann = app.member("ann").await;

    let page = boss.posts("/admin/tokens", &[("name", "jobs"), ("owner", "nobody")]).await;

    assert_eq!(page.status, 422);
    assert_eq!((page.field("name").as_str(), page.field("owner").as_str()), ("jobs", "nobody"));
    assert_eq!(ann.gets("/admin/tokens").await.status, 403);
    assert_eq!(ann.posts("/admin/tokens", &[("name", "jobs"), ("owner", "ann")]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_allows_what_its_scopes_and_its_owner_allow() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    let ann = app.member("ann").await;
    let publishes = Program::of(&app, "boss", "publish").await;
    let reads = Program::of(&app, "boss", "stream").await;
    let of_a_member = Program::of(&app, "ann", "publish,stream").await;

    assert_eq!(publishes.sends(&news("Good")).await.status, 201);
    assert_eq!(reads.gets("/api/v1/posts").await.status, 200);
    assert_eq!(of_a_member.gets("/api/v1/posts").await.status, 200);
    let lacks =
        |scope: &str| format!(r#"Bearer realm="tidings", error="insufficient_scope", scope="{scope}""#);
    let asks = r#"Bearer realm="tidings""#.to_owned();
    let bad = format!(r#"{asks}, error="invalid_token""#);
    for (page, status, kind, challenge) in [
        (publishes.gets("/api/v1/posts").await, 403, "scope", lacks("stream")),
        (publishes.gets("/api/v1/stream").await, 403, "scope", lacks("stream")),
        (reads.sends(&news("No")).await, 403, "scope", lacks("publish")),
        (of_a_member.sends(&news("No")).await, 403, "role", String::new()),
        (Program::with(&app, "tid_nothing").gets("/api/v1/posts").await, 401, "unauthenticated", bad),
        (ann.gets("/api/v1/posts").await, 401, "unauthenticated", asks),
    ] {
        assert_eq!(page.status, status, "{page:?}");
        assert_eq!(page.header("content-type"), "application/problem+json");
        assert_eq!(page.json()["type"], format!("/api#{kind}"));
        assert_eq!(page.header("www-authenticate"), challenge);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_a_token_ends_its_streams_and_nobody_elses() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let lost = Program::of(&app, "boss", "stream").await;
    let kept = Program::of(&app, "boss", "stream").await;
    let (mut ending, mut going_on) = (lost.opens_stream().await, kept.opens_stream().await);
    let mut page = boss.opens_stream().await;

    let revoked = boss.posts("/admin/tokens/1/revocation", &[]).await;

    assert_eq!(revoked.status, 303);
    assert_eq!(ending.says_bye().await, "revoked");
    assert_eq!(lost.gets("/api/v1/posts").await.status, 401);
    let again = lost.request(reqwest::Method::GET, "/api/v1/stream").send().await.unwrap();
    assert_eq!(again.status(), 401, "though it had a stream a moment ago");
    let post = Program::of(&app, "boss", "publish").await.publishes("Still here").await;
    assert_eq!(going_on.next_post().await, post);
    assert_eq!(page.next_post().await, post);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_owners_tokens_die_with_their_streams() {
    let app = TestApp::start().await;
    app.admin("boss").await;
    app.signs_up("ann", Role::Member).await;
    let program = Program::of(&app, "ann", "stream").await;
    let mut stream = program.opens_stream().await;

    assert_eq!(app.runs(&["user", "disable", "ann"], "").await.code, Some(0));

    assert_eq!(stream.says_bye().await, "revoked");
    assert_eq!(program.gets("/api/v1/posts").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_elsewhere_may_use_the_api_only_if_they_are_listed_and_never_with_cookies() {
    let app = TestApp::start_with(&["--cors-origin", "https://board.example"]).await;
    app.admin("boss").await;
    let program = Program::of(&app, "boss", "stream").await;

    for (origin, allowed) in
        [("https://board.example", "https://board.example"), ("https://evil.example", "")]
    {
        let page = program.request(reqwest::Method::GET, "/api/v1/posts").header("Origin", origin);
        let page = crate::support::Page::read(page.send().await.unwrap()).await;
        let preflight = reqwest::Client::new()
            .request(reqwest::Method::OPTIONS, format!("{}/api/v1/posts", app.url))
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
        let preflight = crate::support::Page::read(preflight.send().await.unwrap()).await;

        for answer in [&page, &preflight] {
            assert_eq!(answer.header("access-control-allow-origin"), allowed, "{answer:?}");
            assert_eq!(answer.header("access-control-allow-credentials"), "");
        }
        assert_eq!(preflight.status == 204, !allowed.is_empty());
        let takes = preflight.header("access-control-allow-headers").to_lowercase();
        for header in ["authorization", "content-type", "idempotency-key", "last-event-id"] {
            assert_eq!(takes.contains(header), !allowed.is_empty(), "{header}");
        }
        assert!([&page, &preflight].iter().all(|answer| answer.header("vary").contains("Origin")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_problem_is_explained_on_a_page_for_people() {
    let app = TestApp::start().await;
    let description = app.visitor().gets("/api/v1/openapi.json").await.json();

    let guide = app.visitor().gets("/api").await;

    let types = &description["components"]["schemas"]["Problem"]["properties"]["type"]["enum"];
    for kind in types.as_array().unwrap() {
        let anchor = kind.as_str().unwrap().strip_prefix("/api#").unwrap();
        assert!(guide.text.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }
    assert!(guide.header("content-security-policy").contains("default-src 'none'"));
}
