//! What other sites, scripts and caches cannot do.

use reqwest::Method;
use tidings::{route::Who, routes};

use crate::support::{Draft, Page, Program, Role, TestApp, attribute, tags};

#[tokio::test]
async fn csrf_a_sign_in_form_from_another_site_is_refused() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let own = app.url.clone();
    let status_with = async |headers: &[(&str, &str)]| {
        let fields = [("username", "ann"), ("password", password.as_str()), ("next", "/")];
        let mut request = app.visitor().bare_request(Method::POST, "/login").form(&fields);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    };
    let (own_page, other_port) = (format!("{own}/login"), "http://127.0.0.1:1");
    let (look_alike, userinfo) = (format!("{own}.evil.example/"), format!("{own}@evil.example/"));

    for headers in [
        &[("Sec-Fetch-Site", "same-origin")][..],
        &[("Sec-Fetch-Site", "none")],
        &[("Origin", &own)],
        &[("Referer", &own_page)],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", &own)],
    ] {
        assert_eq!(status_with(headers).await, 303, "{headers:?}");
    }
    for headers in [
        &[][..],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)],
        &[("Sec-Fetch-Site", "nonsense")],
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Origin", other_port)],
        &[("Origin", "http://evil.example"), ("Referer", &own_page)],
        &[("Referer", "http://evil.example/login")],
        &[("Referer", &look_alike)],
        &[("Referer", &userinfo)],
    ] {
        assert_eq!(status_with(headers).await, 403, "{headers:?}");
    }
}

#[tokio::test]
async fn csrf_a_forged_post_form_publishes_nothing() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let fields = Draft::news("Forged");

    let forged = boss
        .bare_request(Method::POST, "/admin/posts")
        .form(&fields.fields())
        .header("Sec-Fetch-Site", "cross-site");
    let forged = Page::read(forged.send().await.unwrap()).await;
    let signed_out = boss
        .bare_request(Method::POST, "/logout")
        .header("Origin", "http://evil.example")
        .send()
        .await
        .unwrap();

    assert_eq!((forged.status, signed_out.status().as_u16()), (403, 403));
    assert_eq!(boss.reads_feed().await.posts, [] as [i64; 0], "and still signed in");
}

#[tokio::test]
async fn csrf_every_form_refuses_cross_site_same_site_and_missing_headers() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let lists = ["/", "/admin/people", "/admin/groups", "/admin/tokens", "/admin/invitations"];
    let rows = async || {
        let mut rows = vec![];
        for list in lists {
            let page = boss.gets(list).await;
            assert_eq!(page.status, 200, "{list}");
            rows.push(tags(&page.text, "<bdi").count() + tags(&page.text, "<tr").count());
        }
        rows
    };
    let before = rows().await;

    for path in forms() {
        for headers in [
            &[][..],
            &[("Sec-Fetch-Site", "cross-site")],
            &[("Sec-Fetch-Site", "same-site")],
            &[("Sec-Fetch-Site", "same-site"), ("Origin", &app.url)],
            &[("Origin", "http://evil.example")],
            &[("Origin", "null")],
        ] {
            let mut forged = boss.bare_request(Method::POST, &path).form(&[("name", "Forged")]);
            for (name, value) in headers {
                forged = forged.header(*name, *value);
            }
            assert_eq!(forged.send().await.unwrap().status(), 403, "{path} {headers:?}");
        }
    }

    assert_eq!(rows().await, before, "still signed in, and nothing was made");
}

/// The address of every form, with the first of whatever has a number in it. Where a token or a secret in the address lets
/// in, no cookie is read.
fn forms() -> impl Iterator<Item = String> {
    let lines = routes::routes().into_iter();
    let is_of_programs = |path: &str| ["/api/", "/ping/"].iter().any(|one| path.starts_with(one));
    lines
        .filter(move |line| line.method == Method::POST && !is_of_programs(line.path))
        .map(|line| line.path.replace(":id", "1").replace(":person", "1"))
}

#[tokio::test]
async fn the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start().await;
    app.signs_up("ann", Role::Member).await;

    let page = app.visitor().tries_to_sign_in("ann", &app.password_of("ann")).await;

    let (name, attributes) = cookie_of(&page);
    assert_eq!(name, app.cookie().await);
    for wanted in ["httponly", "samesite=lax", "path=/"] {
        assert!(attributes.iter().any(|attribute| attribute == wanted), "{wanted}: {attributes:?}");
    }
    assert!(!attributes.iter().any(|attribute| attribute.starts_with("domain")), "{attributes:?}");
    assert!(!attributes.contains(&"secure".to_owned()), "plain http would never send it back");
}

#[tokio::test]
async fn behind_https_the_cookie_is_bound_to_the_host_and_forms_to_the_site() {
    let site = "https://news.example";
    let app = TestApp::start_with(&["--base-url", site]).await;
    app.signs_up("ann", Role::Member).await;
    let password = app.password_of("ann");
    let fields = [("username", "ann"), ("password", password.as_str()), ("next", "/")];
    let ann = app.visitor();

    let wrong = ann.request(Method::POST, "/login").form(&fields).send().await.unwrap();
    let page = ann.bare_request(Method::POST, "/login").header("Origin", site).form(&fields);
    let page = Page::read(page.send().await.unwrap()).await;

    assert_eq!(wrong.status(), 403, "the address behind the proxy is not the site");
    assert_eq!(page.status, 303);
    let (name, attributes) = cookie_of(&page);
    assert_eq!(name, format!("__Host-{}", app.cookie().await));
    for wanted in ["secure", "httponly", "samesite=lax", "path=/"] {
        assert!(attributes.iter().any(|attribute| attribute == wanted), "{wanted}: {attributes:?}");
    }
    let cookie = page.header("set-cookie").split(';').next().unwrap();
    let out = ann.bare_request(Method::POST, "/logout").header("Origin", site).header("Cookie", cookie);
    let out = Page::read(out.send().await.unwrap()).await;
    let (name, attributes) = cookie_of(&out);
    assert_eq!((out.status, name), (303, format!("__Host-{}", app.cookie().await)));
    assert!(attributes.contains(&"secure".to_owned()), "or browsers keep it: {attributes:?}");
    assert!(
        attributes
            .iter()
            .any(|attribute| attribute == "max-age=0" || attribute.starts_with("expires=thu, 01 jan 1970")),
        "{attributes:?}"
    );
}

/// The name of the cookie that is set, and its attributes in lower case.
fn cookie_of(page: &Page) -> (String, Vec<String>) {
    let mut parts = page.header("set-cookie").split(';').map(|part| part.trim().to_owned());
    let name = parts.next().unwrap().split('=').next().unwrap().to_owned();
    (name, parts.map(|part| part.to_lowercase()).collect())
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::start().await;
    let ann = app.member("ann").await;
    let visitor = app.visitor();
    let door = visitor.gets("/login").await;
    let style = tags(&door.text, "<link")
        .find(|tag| tag.contains("stylesheet"))
        .map(|tag| attribute(tag, "href"))
        .unwrap();

    let mut answers = vec![];
    for path in ["/login", "/", "/nothing", "/stream", "/session", "/healthz", "/readyz", style, "/posts/%zz"]
    {
        answers.push((path.to_owned(), visitor.gets(path).await.headers));
    }
    answers.push(("a member's feed".into(), ann.gets("/").await.headers));
    answers.push(("403".into(), ann.gets("/admin/people").await.headers));
    answers.push(("422".into(), visitor.tries_to_sign_in("ann", "wrong").await.headers));
    answers.push(("405".into(), visitor.posts("/session", &[]).await.headers));
    answers.push(("413".into(), visitor.tries_to_sign_in("ann", &"x".repeat(20_000)).await.headers));
    answers.push(("a stream".into(), ann.opens_stream().await.headers));
    let (boss, program) = (app.admin("boss").await, Program::of(&app, "boss", "stream").await);
    for path in pages() {
        answers.push((path.clone(), boss.gets(&path).await.headers));
        answers.push((path.clone(), program.gets(&path).await.headers));
    }
    answers.push(("a program's stream".into(), program.opens_stream().await.headers));

    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
        worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
        require-trusted-types-for 'script'; trusted-types tidings";
    for (what, headers) in answers {
        let header = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(header("content-security-policy"), policy, "{what}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{what}");
        assert_eq!(header("referrer-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
        assert!(header("permissions-policy").contains("camera=(), "), "{what}");
        assert!(!headers.contains_key("strict-transport-security"), "{what}: not over plain http");
    }
}

/// The address of every page, signed in or not, but for the streams, which do not end.
fn pages() -> impl Iterator<Item = String> {
    let lines = routes::routes().into_iter();
    lines
        .filter(|line| line.method == Method::GET && !line.path.ends_with("/stream"))
        .map(|line| line.path.replace(":id", "1").replace("*path", "nothing"))
}

#[tokio::test]
async fn what_one_person_saw_is_not_kept_for_the_next() {
    let app = TestApp::start().await;
    let boss = app.admin("boss").await;
    let program = Program::of(&app, "boss", "stream").await;

    for line in
        routes::routes().into_iter().filter(|line| line.method == Method::GET && line.who != Who::Anyone)
    {
        let path = line.path.replace(":id", "1");
        for (who, request) in
            [("boss", boss.request(Method::GET, &path)), ("a program", program.request(Method::GET, &path))]
        {
            let answer = request.send().await.unwrap();
            let caching = answer.headers().get("cache-control").map_or("", |value| value.to_str().unwrap());
            assert!(caching.contains("no-store"), "{path} as {who}: {caching}");
        }
    }
    assert!(boss.gets("/session").await.header("cache-control").contains("no-store"));
}
